// Arrays with names, on their way into a file.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlaasim::sim {

/// Of 32-bit real numbers, in C order.
struct NamedArray {
    std::string name;
    std::vector<std::uint64_t> shape;
    std::span<const float> values;  ///< as many as the shape says; outlives this
};

}  // namespace mlaasim::sim
