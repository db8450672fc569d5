#include "composition/adaptation.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

void learn_from_trials(Marketplace& market, std::span<const TrialUpdate> trials) {
    for (const TrialUpdate& trial : trials) {
        market.observe_task(trial.service, trial.trained);
        if (trial.trained) {
            market.set_effectiveness(trial.service, trial.effectiveness);
            market.observe_quality(trial.service, trial.effectiveness);
        }
    }
}

Membership after(Membership membership, const Response& response) {
    for (const Substitution& substitution : response.substitutions) {
        if (substitution.tried) {
            membership = changed(membership, {.leaves = substitution.outgoing, .joins = substitution.incoming});
            continue;
        }
        std::ranges::replace(membership.members, substitution.outgoing, substitution.incoming);
        std::erase(membership.available, substitution.outgoing);
        std::erase(membership.trained, substitution.outgoing);
    }
    for (const sim::ServiceId service : response.removals) {
        membership = changed(membership, {.leaves = service});
    }
    for (const sim::ServiceId service : response.integrations) {
        membership = changed(membership, {.joins = service});
    }
    return membership;
}

}  // namespace

Adaptation carry_out_response(Strategy& strategy, const Situation& situation, Marketplace& market,
                              Laboratory& laboratory, RoundLog& log) {
    sim::expects(&situation.market == &market, "the marketplace that learns is the one that was searched");
    // An ensemble's members vote as adapted as soon as they are adapted, so the present composition comes first.
    const bool learns = strategy.learns_from_outcome();
    const double before = learns ? laboratory.accuracy(situation.membership.available) : 0.0;
    Adaptation adaptation{.response = strategy.respond(situation, laboratory, log), .membership = situation.membership};
    learn_from_trials(market, adaptation.response.trials);
    if (adaptation.response.changes_composition()) {
        adaptation.membership = after(std::move(adaptation.membership), adaptation.response);
        laboratory.serve(laboratory.compose(adaptation.membership.trained).model);
        if (learns) {
            strategy.learn(
                {.accuracy_before = before, .accuracy_after = laboratory.accuracy(adaptation.membership.available)},
                log);
        }
    }
    return adaptation;
}

}  // namespace mlaasim::composition
