// The sum that an average of services' updates is made of.
#pragma once

#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Of the updates of this round that all ranks together keep of these services. Collective.
[[nodiscard]] fl::FixedPointSum sum_of_updates(const std::vector<sim::ServiceId>& services, Worker& worker);

}  // namespace mlaasim::run
