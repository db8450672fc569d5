#include "composition/reward.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::composition {

double Reward::of_change(double /*accuracy_change*/) const {
    sim::expects(false, "the reward was left open");
    return 0;
}

void reward_realised(Policy& policy, std::span<const PendingReward> pending, double accuracy_change,
                     const Reward& reward, RoundLog& log) {
    for (const PendingReward& arm : pending) {
        const double earned = reward.of_change(accuracy_change);
        policy.update(arm.service, arm.context, earned);
        log.rewarded(arm.place, arm.service, earned);
    }
}

}  // namespace mlaasim::composition
