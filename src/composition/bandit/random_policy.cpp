#include "composition/bandit/pick.hpp"
#include "composition/bandit/policy.hpp"
#include "composition/bandit/state_check.hpp"

namespace mlaasim::composition {
namespace {

/// The baseline that learns nothing.
class RandomPolicy final : public Policy {
public:
    [[nodiscard]] std::vector<ArmScore> score(const Contexts& /*contexts*/,
                                              std::span<const std::size_t> rows) const override {
        return std::vector<ArmScore>(rows.size());
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override {
        return pick_epsilon_greedy(contexts, rows, scores, count, 1.0, random);
    }

    void update(sim::ServiceId /*arm*/, std::span<const double> /*context*/, double /*reward*/) override {}

    [[nodiscard]] std::vector<double> export_state() const override { return {}; }
    void import_state(std::span<const double> state) override { check_state_size(state.size(), 0); }
};

struct Random final : PolicyOptions {
    [[nodiscard]] std::unique_ptr<Policy> make(std::size_t /*width*/) const override {
        return std::make_unique<RandomPolicy>();
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Random& /*leaf*/) {}

}  // namespace

sim::Kind<PolicyOptions> random_policy() {
    return sim::Kind<PolicyOptions>::of<Random>("random", "random candidates; learns nothing");
}

}  // namespace mlaasim::composition
