#include "composition/strategies/replacement.hpp"

#include <utility>

#include "composition/composed_attributes.hpp"

namespace mlaasim::composition {

void Replacement::replace(std::span<const sim::ServiceId> outgoing, std::span<const sim::ServiceId> performing,
                          const ComposedModel& composed, const Situation& situation, Laboratory& laboratory,
                          Policy& policy, RoundLog& log, Response& response) {
    pending_.clear();
    if (outgoing.empty()) {
        return;
    }
    const Marketplace& market = situation.market;
    const std::vector<double> histogram = composed_histogram(market, performing);
    const std::vector<double> history = composed_quality_history(market, performing);
    SubstitutionOutcome outcome = substitute(market,
                                             {.underperforming = outgoing,
                                              .members = situation.membership.members,
                                              .available = situation.up,
                                              .requirements = situation.requirements,
                                              .composition = {.parameters = composed.parameters,
                                                              .layout = composed.layout,
                                                              .class_histogram = histogram,
                                                              .response_ms = slowest_response_ms(market, performing),
                                                              .quality = mean_quality(market, performing),
                                                              .quality_history = history}},
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
