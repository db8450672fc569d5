// Labels that are swapped.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/random.hpp"
#include "sim/drift/schedule.hpp"

namespace mlaasim::sim {

/// The label after the swaps. `sample` is the pool index of the sample: a swap hits the same samples in every round, so
/// that a gradual swap only ever adds samples.
[[nodiscard]] std::uint8_t swap_label(std::uint8_t label, std::span<const LabelSwap> swaps, Seed seed,
                                      std::uint32_t sample);

}  // namespace mlaasim::sim
