// Samples drawn by their classes.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/random.hpp"

namespace mlaasim::sim {

/// Moves `count` of the samples to the front, in the order in which they are drawn. For each, its class is drawn first,
/// with the shares of `mix`, then one of its samples that are left. A class of which none is left has no part any more,
/// the others keep their proportions. Where the classes that are left have no share, all samples that are left are
/// alike. `labels` are those of the pool that the samples are numbers in, all below the size of `mix`.
void draw_by_class(std::span<std::uint32_t> samples, std::size_t count, std::span<const std::uint8_t> labels,
                   std::span<const double> mix, RandomStream random);

}  // namespace mlaasim::sim
