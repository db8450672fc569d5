#include "composition/strategies/replacement.hpp"

#include <utility>

#include "composition/strategies/performing.hpp"

namespace mlaasim::composition {

void Replacement::replace(std::span<const sim::ServiceId> outgoing, std::span<const sim::ServiceId> performing,
                          const ComposedModel& composed, const Situation& situation, Laboratory& laboratory,
                          Policy& policy, RoundLog& log, Response& response) {
    pending_.clear();
    if (outgoing.empty()) {
        return;
    }
    const PerformingProfile profile{situation.market, performing};
    SubstitutionOutcome outcome = substitute(situation.market,
                                             {.underperforming = outgoing,
                                              .members = situation.membership.members,
                                              .available = situation.up,
                                              .requirements = situation.requirements,
                                              .trials = situation.evidence.trials,
                                              .composition = profile.with(composed)},
                                             laboratory, policy, options_,
                                             {situation.seed, sim::Purpose::bandit, 0, situation.round.value()}, log);
    for (const Substitution& substitution : outcome.substitutions) {
        log.substituted(substitution.outgoing, substitution.incoming, substitution.confidence);
    }
    pending_ = std::move(outcome.pending);
    response.substitutions = std::move(outcome.substitutions);
    response.trials = std::move(outcome.trials);
}

void Replacement::learn(const Outcome& outcome, Policy& policy, RoundLog& log) {
    reward_realised(policy, std::exchange(pending_, {}), outcome.accuracy_after - outcome.accuracy_before,
                    *options_.reward, log);
}

}  // namespace mlaasim::composition
