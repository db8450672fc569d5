// Images that turn about their centre.
#pragma once

#include <span>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Turns an image counter-clockwise about its centre (inverse map, bilinear), each channel alike. What comes from
/// outside is `background`. `in` and `out` have the size of the shape and don't overlap.
void rotate_image(std::span<const float> in, std::span<float> out, const SampleShape& shape, double degrees,
                  float background = 0.0F);

}  // namespace mlaasim::sim
