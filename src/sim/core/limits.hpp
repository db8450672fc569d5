// The largest counts that a scenario may ask for. What fits into a machine's memory is far below; these keep every sum
// and every conversion of counts exact.
#pragma once

namespace mlaasim::sim {

inline constexpr double most_rounds = 1'000'000;
inline constexpr double most_services = 10'000'000;
inline constexpr double most_clients = 1'000'000;
inline constexpr double most_samples = 1'000'000'000;

}  // namespace mlaasim::sim
