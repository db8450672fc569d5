// Clusters whose means are known but for an offset that all have in common.
#pragma once

#include <span>
#include <vector>

namespace mlaasim::tta {

/// Of the mixture sum over c of mix_c N(means_c + offset, variance I).
struct MovedMixture {
    std::vector<double> mix{};
    std::vector<double> offset{};
    double variance = 1.0;
    double log_likelihood = 0.0;  ///< of a point on average before the last step, less a constant
};

/// EM for mix, offset and variance, at most 40 steps. It begins with `mix`, half and half with equal shares, and with
/// the offset that takes the mean of `mix` itself to the mean of the points. Preconditions: there are means and points,
/// all of one width; a share a mean.
[[nodiscard]] MovedMixture fit_moved_mixture(std::span<const std::vector<double>> means,
                                             std::span<const std::vector<double>> points, std::span<const double> mix);

}  // namespace mlaasim::tta
