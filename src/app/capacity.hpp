// What this machine has left for points of a sweep.
#pragma once

#include <cstddef>

namespace mlaasim::app {

struct Capacity {
    std::size_t cores = 1;    ///< that this process may use
    double memory_mib = 0.0;  ///< that is free now, within the limits of this process
};

[[nodiscard]] Capacity capacity();

/// How many points of one rank fit at once: as many as there are cores, fewer where memory is short, and at least one.
[[nodiscard]] std::size_t jobs_that_fit(const Capacity& capacity, double mib_of_a_point);

}  // namespace mlaasim::app
