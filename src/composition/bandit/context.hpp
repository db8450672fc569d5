// What a bandit sees of the candidates: one row of features each (adaptive composition, eq. 12).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "composition/marketplace.hpp"

namespace mlaasim::composition {

/// The constant 1, effectiveness, quality, reliability, speed, log volume, histogram distance, label entropy.
inline constexpr std::size_t context_width = 8;
/// The same, and how near the service's data are to the streams.
inline constexpr std::size_t context_width_with_nearness = context_width + 1;

/// Features of some services, one row each; all in [0, 1].
struct Contexts {
    std::vector<sim::ServiceId> services;
    std::vector<double> values;  ///< services x width
    std::size_t width = context_width;

    [[nodiscard]] std::size_t rows() const { return services.size(); }
    [[nodiscard]] std::span<const double> row(std::size_t i) const {
        return std::span{values}.subspan(i * width, width);
    }
};

/// Features of the candidates, each column min-max scaled over them; a constant column becomes 0, but for the
/// constant 1. `composition_histogram` is that of the performing composition.
[[nodiscard]] Contexts contexts_of(const Marketplace& market, std::span<const sim::ServiceId> candidates,
                                   std::span<const double> composition_histogram);

/// The same contexts with one more feature: 1 / (1 + distance), min-max scaled. `distances` are those of the services'
/// data to the streams (Laboratory::data_distances); a negative one counts as 0, an infinite one gives the least.
[[nodiscard]] Contexts with_nearness(const Contexts& contexts, std::span<const double> distances);

/// In place; rows of `width` columns.
void min_max_scale(std::span<double> values, std::size_t width);

}  // namespace mlaasim::composition
