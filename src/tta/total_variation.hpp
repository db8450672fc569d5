// How far two distributions over the same classes are apart.
#pragma once

#include <cmath>
#include <cstddef>
#include <ranges>

#include "sim/core/error.hpp"

namespace mlaasim::tta {

/// Half the sum of the absolute differences of their shares, in [0, 1].
template <std::ranges::contiguous_range Shares, std::ranges::contiguous_range Others>
[[nodiscard]] double total_variation(const Shares& p, const Others& q) {
    sim::expects(std::ranges::size(p) == std::ranges::size(q), "both distributions are over the same classes");
    double sum = 0.0;
    for (std::size_t k = 0; k < std::ranges::size(p); ++k) {
        sum += std::abs(static_cast<double>(p[k]) - static_cast<double>(q[k])) / 2;
    }
    return sum;
}

}  // namespace mlaasim::tta
