// A cloud: what `fog` lies over images.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/random.hpp"

namespace mlaasim::sim {

/// Rows of a square, values in [0, 1]: the smallest is 0, the largest is 1.
/// Diamond-square on a torus: each midpoint is the mean of its four neighbours plus a number from (-w, w) times w, with
/// w = 100 at first, divided by `decay` at each halving. `size` is a power of two, at least 2.
[[nodiscard]] std::vector<float> plasma(std::size_t size, double decay, RandomStream& random);

}  // namespace mlaasim::sim
