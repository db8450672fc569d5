// Applies a drift state to samples while they are read.
#pragma once

#include <cstdint>
#include <span>

#include "sim/data/dataset.hpp"
#include "sim/drift/schedule.hpp"
#include "sim/random.hpp"

namespace mlaasim::sim {

/// Rotates an image counter-clockwise about its centre (inverse map, bilinear, outside = 0), each channel alike. `in`
/// and `out` hold shape.size() values and must not overlap.
void rotate_image(std::span<const float> in, std::span<float> out, const SampleShape& shape, double degrees);

/// Adds Gaussian noise and clips to [0, 1].
void add_noise(std::span<float> image, double deviation, RandomStream& random);

/// The label after the swaps. `sample` is the pool index of the sample: a swap hits the same samples in every round, so
/// that a gradual swap only ever adds samples.
[[nodiscard]] std::uint8_t swap_label(std::uint8_t label, std::span<const LabelSwap> swaps, Seed seed,
                                      std::uint32_t sample);

}  // namespace mlaasim::sim
