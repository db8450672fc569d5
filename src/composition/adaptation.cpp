#include "composition/adaptation.hpp"

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
        membership = changed(membership, {.leaves = substitution.outgoing, .joins = substitution.incoming});
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
    Adaptation adaptation{.response = strategy.respond(situation, laboratory, log), .membership = situation.membership};
    learn_from_trials(market, adaptation.response.trials);
    if (adaptation.response.changes_composition()) {
        adaptation.membership = after(std::move(adaptation.membership), adaptation.response);
        laboratory.serve(laboratory.compose(adaptation.membership.trained).model);
        adaptation.evaluation = laboratory.evaluate(adaptation.membership.available);
        strategy.learn({.accuracy_before = situation.accuracy, .accuracy_after = adaptation.evaluation->accuracy}, log);
    }
    return adaptation;
}

}  // namespace mlaasim::composition
