// Sensors of three axes that turn about the third.
#pragma once

#include <span>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Whether there are three axes to turn: a series of at least three channels.
[[nodiscard]] bool has_axes(const SampleShape& shape);

/// In every three channels (x, y, z) of a series, x and y turn about z. `zero` is a sensor's zero. Channels beyond a
/// multiple of three stay. `values` has the size of the shape.
void turn_axes(std::span<float> values, const SampleShape& shape, double degrees, float zero);

}  // namespace mlaasim::sim
