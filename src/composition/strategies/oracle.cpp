#include "composition/strategies/oracle.hpp"

#include <algorithm>
#include <cstddef>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

Response Oracle::respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) {
    if (situation.truth.empty()) {
        return {};
    }
    sim::expects(situation.truth.size() == situation.market.size(), "the truth about every service");
    log.knew_truth();
    Response response;
    std::vector<sim::ServiceId> wanted = joining(situation);
    wanted.resize(std::min(wanted.size(), static_cast<std::size_t>(situation.evidence.trials)));
    if (!wanted.empty()) {
        response.trials = laboratory.train_on_trial(wanted, 0);
        for (const TrialUpdate& trial : response.trials) {
            if (trial.trained) {
                response.integrations.push_back(trial.service);
                log.changed({.joins = trial.service}, 0.0);
            }
        }
    }
    const std::vector<sim::ServiceId>& trained = situation.membership.trained;
    std::size_t staying = trained.size() + response.integrations.size();
    for (const sim::ServiceId member : situation.membership.members) {
        if (!leaves(situation, member)) {
            continue;
        }
        const bool is_trained = std::ranges::find(trained, member) != trained.end();
        if (is_trained && staying == 1) {
            continue;
        }
        staying -= is_trained ? 1U : 0U;
        response.removals.push_back(member);
        log.changed({.leaves = member}, 0.0);
    }
    return response;
}

}  // namespace mlaasim::composition
