#include "composition/bandit/one_model_policy.hpp"
#include "composition/bandit/pick.hpp"

namespace mlaasim::composition {
namespace {

struct EpsilonGreedyOptions {
    LinearModelOptions model{};
    double epsilon = 0.1;
};

/// Mostly the best expected reward by one linear model of all services, sometimes anything.
class EpsilonGreedy final : public OneModelPolicy {
public:
    EpsilonGreedy(std::size_t width, const EpsilonGreedyOptions& options)
        : OneModelPolicy{width, options.model}, epsilon_{options.epsilon} {}

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override {
        return expected_scores(model().solve(), contexts, rows);
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override {
        return pick_epsilon_greedy(contexts, rows, scores, count, epsilon_, random);
    }

private:
    double epsilon_;
};

struct Greedy final : PolicyOptions {
    EpsilonGreedyOptions options{};
    [[nodiscard]] std::unique_ptr<Policy> make(std::size_t width) const override {
        return std::make_unique<EpsilonGreedy>(width, options);
    }
};

void declare(sim::OptionVisitor& visitor, Greedy& leaf) {
    declare(visitor, leaf.options.model);
    visitor.option("epsilon", leaf.options.epsilon,
                   {.doc = "Probability of a random pick", .range = sim::between(0, 1)});
}

}  // namespace

sim::Kind<PolicyOptions> epsilon_greedy_policy() {
    return sim::Kind<PolicyOptions>::of<Greedy>("epsilon_greedy", "best expected reward, or a random candidate");
}

}  // namespace mlaasim::composition
