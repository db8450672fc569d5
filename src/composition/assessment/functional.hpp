// How close each member's update is to the composition's (adaptive composition, eq. 5-6, after FedTruth).
#pragma once

#include <span>
#include <vector>

#include "sim/core/parameter_layout.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

enum class DistanceKind {
    euclidean,  ///< |D_i - D_c|_2 (default)
    angular,    ///< arccos(cos(D_i, D_c)) / pi
};

enum class FunctionalForm {
    inverse_distance,  ///< f = g / sum g, g = 1 / (S + eps) (default)
    literal,           ///< eq. 6 as printed: g S = 1, so every f is 1/n
};

struct FunctionalOptions {
    FunctionalForm form = FunctionalForm::inverse_distance;
    DistanceKind distance = DistanceKind::euclidean;
    double epsilon = 1e-6;
};

[[nodiscard]] std::vector<sim::Choice> choices_of(DistanceKind);
[[nodiscard]] std::vector<sim::Choice> choices_of(FunctionalForm);
void declare(sim::OptionVisitor& visitor, FunctionalOptions& options);

/// d(row - global, composed - global) of every row, in one pass, over the trainable blocks only: running statistics
/// would drown the weights. Of a zero update: angular distance 0 to another zero update, else 1/2. Not finite when an
/// update is not.
[[nodiscard]] std::vector<double> update_distances(std::span<const std::span<const float>> rows,
                                                   std::span<const float> global, std::span<const float> composed,
                                                   const sim::ParameterLayout& layout, DistanceKind kind);

/// f of every member, sum 1. A distance that is not finite (a diverged member) gets 0, unless all are such.
[[nodiscard]] std::vector<double> functional_contributions(std::span<const double> distances,
                                                           const FunctionalOptions& options);

}  // namespace mlaasim::composition
