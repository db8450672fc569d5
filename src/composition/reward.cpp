#include "composition/reward.hpp"

#include <algorithm>
#include <cmath>

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(RewardKind) {
    return {{"confidence", static_cast<int>(RewardKind::confidence), "the confidence score, at once"},
            {"realised", static_cast<int>(RewardKind::realised),
             "for services that joined, what the round's substitution changed in the composition's accuracy"}};
}

void declare(sim::OptionVisitor& visitor, RewardOptions& options) {
    visitor.choice("kind", options.kind, {.doc = "what the bandit learns from"});
    visitor.option("full_scale", options.full_scale,
                   {.doc = "change in accuracy that earns the realised reward 1; its negative earns 0",
                    .range = sim::positive(),
                    .only_with = {"kind", "realised", options.kind == RewardKind::realised}});
}

double realised_reward(double accuracy_change, const RewardOptions& options) {
    if (!std::isfinite(accuracy_change)) {
        return 0;
    }
    return std::clamp(0.5 + accuracy_change / (2 * options.full_scale), 0.0, 1.0);
}

void reward_realised(Policy& policy, std::span<const PendingReward> pending, double accuracy_change,
                     const RewardOptions& options, RoundLog& log) {
    const double reward = realised_reward(accuracy_change, options);
    for (const PendingReward& arm : pending) {
        policy.update(arm.service, arm.context, reward);
        log.rewarded(arm.place, arm.service, reward);
    }
}

}  // namespace mlaasim::composition
