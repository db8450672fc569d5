// DUM, the rule of data utility: how far two class histograms lie apart (adaptive composition, eq. 7).
#pragma once

#include <span>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of distance, and the distance that follows from them.
struct HistogramDistance {
    virtual ~HistogramDistance() = default;
    /// >= 0. Both histograms are over the same classes.
    [[nodiscard]] virtual double distance(std::span<const double> composition,
                                          std::span<const double> candidate) const = 0;
};

/// The kinds of distances; the first is the default.
[[nodiscard]] std::span<const sim::Kind<HistogramDistance>> histogram_distance_kinds();

/// Euclidean distance of p x scale_p and q x scale_q.
[[nodiscard]] double scaled_distance(std::span<const double> p, double scale_p, std::span<const double> q,
                                     double scale_q);

/// Euclidean distance of two histograms, each divided by its sum; one without samples counts as zeros.
[[nodiscard]] double share_distance(std::span<const double> p, std::span<const double> q);

}  // namespace mlaasim::composition
