// Samples with noise added.
#pragma once

#include <span>

#include "sim/core/random.hpp"

namespace mlaasim::sim {

/// Adds Gaussian noise and clips to [0, 1].
void add_noise(std::span<float> image, double deviation, RandomStream& random);

}  // namespace mlaasim::sim
