// Replacing services by candidates from the marketplace, as part of a strategy.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "composition/strategy.hpp"
#include "composition/substitution.hpp"

namespace mlaasim::composition {

/// Searches for substitutes, and teaches the policy what they did.
class Replacement {
public:
    explicit Replacement(SubstitutionOptions options) : options_{std::move(options)} {}

    /// Adds the substitutions of `outgoing` (worst first) and the trials on the way to the response. `performing` are
    /// the members that make `composed`. Nothing is asked of the laboratory when nothing is to be replaced.
    void replace(std::span<const sim::ServiceId> outgoing, std::span<const sim::ServiceId> performing,
                 const ComposedModel& composed, const Situation& situation, Laboratory& laboratory, Policy& policy,
                 RoundLog& log, Response& response);
    /// Whether learn() is of use.
    [[nodiscard]] bool learns_from_outcome() const { return options_.reward->waits_for_outcome(); }
    /// Realised rewards of the substitutes of the round.
    void learn(const Outcome& outcome, Policy& policy, RoundLog& log);

private:
    SubstitutionOptions options_;
    std::vector<PendingReward> pending_;  ///< from replace() to learn() of the same round
};

}  // namespace mlaasim::composition
