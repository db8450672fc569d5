// Images that are rotated.
#pragma once

#include <span>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Rotates an image counter-clockwise about its centre (inverse map, bilinear, outside = 0), each channel alike. `in`
/// and `out` hold shape.size() values and must not overlap.
void rotate_image(std::span<const float> in, std::span<float> out, const SampleShape& shape, double degrees);

}  // namespace mlaasim::sim
