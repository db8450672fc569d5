// What a policy is told about an arm (adaptive composition, eq. 13): its confidence, or what it did to the accuracy.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "composition/bandit/policy.hpp"
#include "composition/round_log.hpp"
#include "sim/core/ids.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

enum class RewardKind {
    confidence,  ///< r_i = CS_i, at once (default)
    realised,    ///< of arms that joined: what their joining changed in the composition's accuracy; of others CS_i
};

struct RewardOptions {
    RewardKind kind = RewardKind::confidence;
    double full_scale = 0.05;  ///< the change in accuracy that earns reward 1; its negative earns 0
};

[[nodiscard]] std::vector<sim::Choice> choices_of(RewardKind);
void declare(sim::OptionVisitor& visitor, RewardOptions& options);

/// An arm that joined and whose realised reward is known once the new composition has been evaluated, in the same
/// round and on the same samples as the one before.
struct PendingReward {
    sim::ServiceId service;
    std::vector<double> context;
    std::size_t place = 0;  ///< of its row in the round's log
};

/// 1/2 + change / (2 full_scale), clamped to [0, 1]; a change that is not finite earns 0.
[[nodiscard]] double realised_reward(double accuracy_change, const RewardOptions& options);

/// Tells the policy and the log what the substitutes did together: each earns the reward of the composition's change.
void reward_realised(Policy& policy, std::span<const PendingReward> pending, double accuracy_change,
                     const RewardOptions& options, RoundLog& log);

}  // namespace mlaasim::composition
