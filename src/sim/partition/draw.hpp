// Draws that kinds of partitions have in common.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/partition/partition.hpp"

namespace mlaasim::sim {

/// Indices of the samples to share out, in random order: holders x options.samples of the pool drawn without
/// replacement, or all of it when options.samples is 0. Throws InputError when the pool is too small for that or for
/// min_samples.
[[nodiscard]] std::vector<std::uint32_t> draw_samples(std::uint32_t pool_size, std::uint32_t holders,
                                                      const Partitioner& options, RandomStream& random);

/// How many of `samples` each holder gets, in shares drawn from the symmetric Dirichlet(alpha) over the holders. Holder
/// h ends at the rounded cumulative share, so that the counts sum up exactly.
[[nodiscard]] std::vector<std::uint32_t> dirichlet_counts(std::size_t samples, std::uint32_t holders, double alpha,
                                                          RandomStream& random);

}  // namespace mlaasim::sim
