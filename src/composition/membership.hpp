// Who takes part in a round.
#pragma once

#include <vector>

#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct Membership {
    std::vector<sim::ServiceId> members{};    ///< of the composition
    std::vector<sim::ServiceId> available{};  ///< members without outage
    std::vector<sim::ServiceId> trained{};    ///< members whose updates make the composition
};

}  // namespace mlaasim::composition
