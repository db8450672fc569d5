// Who takes part in a round.
#pragma once

#include <span>
#include <vector>

#include "composition/laboratory.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct Membership {
    std::vector<sim::ServiceId> members{};    ///< of the composition
    std::vector<sim::ServiceId> available{};  ///< members without outage
    std::vector<sim::ServiceId> trained{};    ///< members whose updates make the composition
};

/// The list after a change: a substitute stands where the service stood that leaves, whoever else joins at the end.
/// Where the leaving service is not listed, nobody takes its place.
[[nodiscard]] std::vector<sim::ServiceId> changed(std::span<const sim::ServiceId> list, const Change& change);
/// All lists after a change.
[[nodiscard]] Membership changed(const Membership& membership, const Change& change);

}  // namespace mlaasim::composition
