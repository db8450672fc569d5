// Choosing a composition from scratch: first the best service alone, then whoever adds most.
#pragma once

#include <cstddef>
#include <vector>

#include "composition/laboratory.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

/// At most `most` of the services, at least `fewest` where there are as many, in the order in which they were chosen.
/// Each step compares, on the round's labelled samples, what every service that is left would change; it ends when none
/// lowers the mean Brier loss and `fewest` are chosen. Ties go to smaller ids. All services have been trained in this
/// round, as members or on trial.
[[nodiscard]] std::vector<sim::ServiceId> greedy_choice(std::vector<sim::ServiceId> services, std::size_t fewest,
                                                        std::size_t most, Laboratory& laboratory);

}  // namespace mlaasim::composition
