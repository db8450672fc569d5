#include "composition/strategies/tta.hpp"

#include <utility>

#include "composition/strategies/performing.hpp"
#include "composition/strategies/test_time.hpp"

namespace mlaasim::composition {

Response Tta::respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) {
    memory_.adapted_before.clear();
    const std::vector<sim::ServiceId> performing = performing_members(situation, log);
    if (performing.empty() || laboratory.adaptable() == Adaptable::no) {
        return {};
    }
    const sim::ModelId composed = laboratory.compose(performing).model;
    memory_.adapted_before =
        adapt_at_test_time(situation.assessment.underperforming, composed, laboratory, log).composable;
    return {.adapted = memory_.adapted_before};
}

void Tta::learn(const Outcome&, RoundLog&) {}

}  // namespace mlaasim::composition
