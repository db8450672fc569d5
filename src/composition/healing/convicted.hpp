// What an assessment of harm says of the members: who is convicted.
#pragma once

#include <cstddef>
#include <vector>

#include "composition/assessment/assessment.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

/// The members that the test of harm convicted.
struct Convicted {
    std::vector<sim::ServiceId> services{};  ///< worst first
    std::vector<double> harms{};             ///< of each, the mean harm on the round's samples
    std::size_t assessed = 0;                ///< members that were tested

    [[nodiscard]] bool has(sim::ServiceId service) const;
    /// Of a convicted service.
    [[nodiscard]] double harm(sim::ServiceId service) const;
    [[nodiscard]] bool all() const { return !services.empty() && services.size() == assessed; }
};

[[nodiscard]] Convicted convicted_of(const Assessment& assessment);

}  // namespace mlaasim::composition
