// Generated 28x28 digits: strokes under random affine maps, with random thickness, blur and noise.
#pragma once

#include <cstdint>

#include "sim/core/random.hpp"
#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Raised whenever the generator draws other images; part of the cache file's name.
inline constexpr std::uint32_t synthetic_digits_version = 1;

/// Digits 0-9 in equal shares (every ten consecutive samples are the ten digits, shuffled), learnable but not trivial:
/// a linear model stays clearly below a CNN (docs/data.md has the figures). Sample i depends on (seed, pool, i) alone,
/// and so on no number of threads.
[[nodiscard]] DecodedDataset generate_synthetic_digits(Seed seed, std::uint32_t train, std::uint32_t test,
                                                       unsigned threads = 1);

}  // namespace mlaasim::sim
