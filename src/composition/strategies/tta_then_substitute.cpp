#include "composition/strategies/tta_then_substitute.hpp"

#include <algorithm>
#include <utility>

#include "composition/strategies/performing.hpp"
#include "composition/strategies/test_time.hpp"

namespace mlaasim::composition {

Response TtaThenSubstitute::respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) {
    const std::vector<sim::ServiceId> adapted_before = std::exchange(memory_.adapted_before, {});
    const std::vector<sim::ServiceId> performing = performing_members(situation, log);
    Response response;
    if (performing.empty()) {
        return response;
    }
    const bool can_adapt = laboratory.adaptable() == Adaptable::yes;
    std::vector<sim::ServiceId> to_adapt;
    std::vector<sim::ServiceId> to_replace;
    for (const sim::ServiceId id : situation.assessment.underperforming) {
        const bool again = std::find(adapted_before.begin(), adapted_before.end(), id) != adapted_before.end();
        (can_adapt && !again ? to_adapt : to_replace).push_back(id);
    }
    const ComposedModel composed = laboratory.compose(performing);
    TestTimeOutcome outcome = adapt_at_test_time(to_adapt, composed.model, laboratory, log);
    to_replace.insert(to_replace.end(), outcome.not_composable.begin(), outcome.not_composable.end());
    memory_.adapted_before = outcome.composable;
    response.adapted = std::move(outcome.composable);
    replacement_.replace(to_replace, performing, composed, situation, laboratory, *memory_.policy, log, response);
    return response;
}

}  // namespace mlaasim::composition
