// What a policy is told about an arm (adaptive composition, eq. 13): its confidence, or what it did to the accuracy.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "composition/bandit/policy.hpp"
#include "composition/round_log.hpp"
#include "sim/core/ids.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of reward, and the reward that follows from them.
struct Reward {
    virtual ~Reward() = default;

    /// What the scenario must have where services are substituted.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
    /// Whether at_once() leaves rewards open.
    [[nodiscard]] virtual bool waits_for_outcome() const { return false; }
    /// The reward of an arm after its trial; nothing when it is known only once the new composition has been evaluated.
    /// `confidence`: its score; `joins`: whether it joins the composition.
    [[nodiscard]] virtual std::optional<double> at_once(double confidence, bool joins) const = 0;
    /// The reward of an arm that at_once() left open. `accuracy_change`: what the round's substitution changed in the
    /// accuracy of the composition on labelled samples. For rewards that leave nothing open, a call is a bug.
    [[nodiscard]] virtual double of_change(double accuracy_change) const;
};

/// The kinds of rewards; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Reward>> reward_kinds();

/// An arm that joined and whose reward is known once the new composition has been evaluated, in the same
/// round and on the same samples as the one before.
struct PendingReward {
    sim::ServiceId service;
    std::vector<double> context;
    std::size_t place = 0;  ///< of its row in the round's log
};

/// Tells the policy and the log what the substitutes did together: each earns the reward of the composition's change.
void reward_realised(Policy& policy, std::span<const PendingReward> pending, double accuracy_change,
                     const Reward& reward, RoundLog& log);

}  // namespace mlaasim::composition
