#include "composition/strategies/test_time.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

TestTimeOutcome adapt_at_test_time(std::span<const sim::ServiceId> services, sim::ModelId against,
                                   Laboratory& laboratory, RoundLog& log) {
    if (services.empty()) {
        return {};
    }
    const std::vector<TestTimeAdaptation> adaptations = laboratory.adapt(services, against);
    for (const TestTimeAdaptation& adaptation : adaptations) {
        log.adapted(adaptation);
    }
    TestTimeOutcome outcome;
    for (const sim::ServiceId service : services) {
        const auto its = std::find_if(adaptations.begin(), adaptations.end(),
                                      [&](const TestTimeAdaptation& a) { return a.service == service; });
        sim::expects(its != adaptations.end(), "one adaptation per service");
        (its->composable ? outcome.composable : outcome.not_composable).push_back(service);
    }
    return outcome;
}

}  // namespace mlaasim::composition
