#include "composition/strategies/test_time.hpp"

#include <algorithm>

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
        const bool integrated = std::ranges::any_of(
            adaptations, [&](const TestTimeAdaptation& a) { return a.service == service && a.integrated; });
        (integrated ? outcome.composable : outcome.not_composable).push_back(service);
    }
    return outcome;
}

}  // namespace mlaasim::composition
