// Gaussian blur of images.
#pragma once

#include <cstdint>
#include <span>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

enum class BlurAlong : std::uint8_t { both, columns };
/// What lies outside an image: its nearest pixel, or 0.
enum class Beyond : std::uint8_t { nearest, zero };

/// Blurs each channel by a Gaussian of this deviation, in pixels, which is cut at 4 deviations.
void blur(std::span<float> values, const SampleShape& shape, double deviation, BlurAlong along = BlurAlong::both,
          Beyond beyond = Beyond::nearest);

}  // namespace mlaasim::sim
