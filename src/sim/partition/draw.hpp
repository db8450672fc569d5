// Which samples of the pool take part in a partition.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/partition/partition.hpp"

namespace mlaasim::sim {

/// Indices of the samples to share out, in random order: holders x options.samples of the pool drawn without
/// replacement, or all of it when options.samples is 0. Throws InputError when the pool is too small for that or for
/// min_samples.
[[nodiscard]] std::vector<std::uint32_t> draw_samples(std::uint32_t pool_size, std::uint32_t holders,
                                                      const PartitionOptions& options, RandomStream& random);

}  // namespace mlaasim::sim
