// How close each member's update is to the composition's (adaptive composition, eq. 5-6, after FedTruth).
#pragma once

#include <span>
#include <vector>

#include "composition/assessment/distance/distance.hpp"
#include "composition/assessment/shares/shares.hpp"
#include "sim/core/parameter_layout.hpp"

namespace mlaasim::composition {

struct FunctionalOptions {
    sim::Chosen<FunctionalShares> form{functional_share_kinds()};
    sim::Chosen<UpdateDistance> distance{distance_kinds()};
};

void declare(sim::OptionVisitor& visitor, FunctionalOptions& options);

/// d(row - global, composed - global) of every row, in one pass, over the trainable blocks only: running statistics
/// would drown the weights.
[[nodiscard]] std::vector<double> update_distances(std::span<const std::span<const float>> rows,
                                                   std::span<const float> global, std::span<const float> composed,
                                                   const sim::ParameterLayout& layout, const UpdateDistance& distance);

}  // namespace mlaasim::composition
