#include <map>
#include <utility>

#include "composition/bandit/linucb_options.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {
namespace {

/// A model per service, kept only for services that were tried (the paper's form; eq. 14). It learns little when
/// services far outnumber the picks.
class DisjointLinUcb final : public Policy {
public:
    DisjointLinUcb(std::size_t width, LinUcbOptions options) : width_{width}, options_{std::move(options)} {}

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override {
        const LinearSolution prior = untouched().solve();
        std::vector<ArmScore> scores;
        scores.reserve(rows.size());
        for (const std::size_t row : rows) {
            const auto model = models_.find(contexts.services[row]);
            scores.push_back(
                linucb_score(options_, model == models_.end() ? prior : model->second.solve(), contexts.row(row)));
        }
        return scores;
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override {
        return options_.draw->pick(contexts, rows, scores, count, random);
    }

    void update(sim::ServiceId arm, std::span<const double> context, double reward) override {
        models_.try_emplace(arm, untouched()).first->second.update(context, reward);
    }

    [[nodiscard]] std::vector<double> export_state() const override {
        std::vector<double> state;
        for (const auto& [arm, model] : models_) {
            state.push_back(arm.value());
            model.append_state(state);
        }
        return state;
    }

    void import_state(std::span<const double> state) override {
        const std::size_t row = 1 + LinearModel::state_size(width_);
        check_state_size(state.size() % row, 0);
        models_.clear();
        for (std::size_t i = 0; i < state.size(); i += row) {
            LinearModel model = untouched();
            model.set_state(state.subspan(i + 1, row - 1));
            models_.insert_or_assign(sim::ServiceId{static_cast<std::uint32_t>(state[i])}, std::move(model));
        }
    }

private:
    [[nodiscard]] LinearModel untouched() const { return {width_, options_.model}; }

    std::size_t width_;
    LinUcbOptions options_;
    std::map<sim::ServiceId, LinearModel> models_;
};

struct Disjoint final : PolicyOptions {
    LinUcbOptions options{};
    [[nodiscard]] std::unique_ptr<Policy> make(std::size_t width) const override {
        return std::make_unique<DisjointLinUcb>(width, options);
    }
};

void declare(sim::OptionVisitor& visitor, Disjoint& leaf) { declare(visitor, leaf.options); }

}  // namespace

sim::Kind<PolicyOptions> disjoint_linucb_policy() {
    return sim::Kind<PolicyOptions>::of<Disjoint>("disjoint_linucb",
                                                  "LinUCB with a model per service (the paper's form)");
}

}  // namespace mlaasim::composition
