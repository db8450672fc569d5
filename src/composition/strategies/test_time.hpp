// Adapting services at test time, as part of a strategy.
#pragma once

#include <span>
#include <vector>

#include "composition/laboratory.hpp"
#include "composition/round_log.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

/// Disjoint, both in the order of the services.
struct TestTimeOutcome {
    std::vector<sim::ServiceId> composable{};
    std::vector<sim::ServiceId> not_composable{};
};

/// Adapts the services, compares them with the model `against`, and logs it. Nothing is asked of the laboratory when
/// there are no services.
[[nodiscard]] TestTimeOutcome adapt_at_test_time(std::span<const sim::ServiceId> services, sim::ModelId against,
                                                 Laboratory& laboratory, RoundLog& log);

}  // namespace mlaasim::composition
