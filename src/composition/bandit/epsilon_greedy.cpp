#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/pick.hpp"
#include "composition/bandit/policy.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {
namespace {

struct EpsilonGreedyOptions {
    LinearModelOptions model{};
    double epsilon = 0.1;
};

/// Mostly the best expected reward by one linear model of all services, sometimes anything.
class EpsilonGreedy final : public Policy {
public:
    explicit EpsilonGreedy(const EpsilonGreedyOptions& options)
        : epsilon_{options.epsilon}, model_{context_width, options.model} {}

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override {
        const LinearSolution solution = model_.solve();
        std::vector<ArmScore> scores;
        scores.reserve(rows.size());
        for (const std::size_t row : rows) {
            scores.push_back({.expected = solution.expected(contexts.row(row)), .bonus = 0});
        }
        return scores;
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override {
        return pick_epsilon_greedy(contexts, rows, scores, count, epsilon_, random);
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
    double epsilon_;
    LinearModel model_;
};

struct Greedy final : PolicyOptions {
    EpsilonGreedyOptions options{};
    [[nodiscard]] std::unique_ptr<Policy> make() const override { return std::make_unique<EpsilonGreedy>(options); }
};

void declare(sim::OptionVisitor& visitor, Greedy& leaf) {
    declare(visitor, leaf.options.model);
    visitor.option("epsilon", leaf.options.epsilon,
                   {.doc = "probability of a random pick", .range = sim::between(0, 1)});
}

}  // namespace

sim::Kind<PolicyOptions> epsilon_greedy_policy() {
    return sim::Kind<PolicyOptions>::of<Greedy>("epsilon_greedy", "best expected reward, or a random candidate");
}

}  // namespace mlaasim::composition
