// Generated sensor windows of six activities, as a smartphone worn at the waist records them.
#pragma once

#include <cstdint>

#include "sim/core/random.hpp"
#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Raised whenever the generator draws other windows; part of the cache file's name.
inline constexpr std::uint32_t synthetic_sensors_version = 1;

/// Windows of 9 x 1 x 128: 2.56 s at 50 Hz. Channels: body acceleration x, y, z; angular velocity x, y, z; total
/// acceleration x, y, z. A byte b means (b / 255 - 0.5) x 2 x range, with the range of its kind of channel; what lies
/// beyond is clipped, as sensors do. Classes are those of UCI HAR (`Activity`), in equal shares: every six consecutive
/// samples are the six, shuffled. Sample i depends on (seed, pool, i) alone.
[[nodiscard]] DecodedDataset generate_synthetic_sensors(Seed seed, std::uint32_t train, std::uint32_t test,
                                                        unsigned threads = 1);

inline constexpr float body_acceleration_range = 1.0F;   ///< g
inline constexpr float angular_velocity_range = 2.0F;    ///< rad/s
inline constexpr float total_acceleration_range = 2.0F;  ///< g

}  // namespace mlaasim::sim
