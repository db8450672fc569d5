#include "composition/bandit/linucb_options.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {
namespace {

/// One model for all services: what is learnt of one service also holds for services like it.
class SharedLinUcb final : public Policy {
public:
    explicit SharedLinUcb(const LinUcbOptions& options) : options_{options}, model_{context_width, options.model} {}

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override {
        const LinearSolution solution = model_.solve();
        std::vector<ArmScore> scores;
        scores.reserve(rows.size());
        for (const std::size_t row : rows) {
            scores.push_back(linucb_score(options_, solution, contexts.row(row)));
        }
        return scores;
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override {
        return linucb_pick(options_, contexts, rows, scores, count, random);
    }

    void update(sim::ServiceId /*arm*/, std::span<const double> context, double reward) override {
        model_.update(context, reward);
    }

    [[nodiscard]] std::vector<double> export_state() const override {
        std::vector<double> state;
        model_.append_state(state);
        return state;
    }

    void import_state(std::span<const double> state) override {
        check_state_size(state.size(), LinearModel::state_size(context_width));
        model_.set_state(state);
    }

private:
    LinUcbOptions options_;
    LinearModel model_;
};

struct LinUcb final : PolicyOptions {
    LinUcbOptions options{};
    [[nodiscard]] std::unique_ptr<Policy> make() const override { return std::make_unique<SharedLinUcb>(options); }
};

void declare(sim::OptionVisitor& visitor, LinUcb& leaf) { declare(visitor, leaf.options); }

}  // namespace

sim::Kind<PolicyOptions> linucb_policy() {
    return sim::Kind<PolicyOptions>::of<LinUcb>("linucb", "LinUCB with one model for all services, and forgetting");
}

}  // namespace mlaasim::composition
