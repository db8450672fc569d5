// What an assessment of harm says of the members: who is convicted, and whom it is worth to look at.
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

/// The members that may leave, `most` at most: those convicted, worst first, then those that harmed on the round's
/// samples, the most harmful first, ties by id. Each costs a comparison per candidate, and the more is compared the
/// more must be proven; who did not even harm on these samples has little chance.
[[nodiscard]] std::vector<sim::ServiceId> suspects(const Assessment& assessment, std::size_t most);

}  // namespace mlaasim::composition
