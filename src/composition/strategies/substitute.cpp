#include "composition/strategies/substitute.hpp"

#include "composition/strategies/performing.hpp"

namespace mlaasim::composition {

Response Substitute::respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) {
    Response response;
    if (const auto performing = performing_members(situation, log); !performing.empty()) {
        replacement_.replace(situation.assessment.underperforming, performing, laboratory.compose(performing),
                             situation, laboratory, *memory_.policy, log, response);
    }
    return response;
}

}  // namespace mlaasim::composition
