#include "composition/reward.hpp"

namespace mlaasim::composition {
namespace {

/// r_i = CS_i. Eq. 13 prints one sum for all arms, from which nothing could be learnt about one of them.
struct ConfidenceReward final : Reward {
    [[nodiscard]] std::optional<double> at_once(double confidence, bool /*joins*/) const override { return confidence; }
};

void declare(sim::OptionVisitor& /*visitor*/, ConfidenceReward& /*leaf*/) {}

}  // namespace

sim::Kind<Reward> confidence_reward() {
    return sim::Kind<Reward>::of<ConfidenceReward>("confidence", "the confidence score, at once");
}

}  // namespace mlaasim::composition
