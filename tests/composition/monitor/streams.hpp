// Streams of errors and losses whose mean changes when a test says so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "sim/core/random.hpp"

namespace mlaasim::composition::testing {

using Values = std::vector<double>;

/// Answers of which a share p is wrong, one block after the other.
inline Values errors(std::uint64_t seed, std::initializer_list<double> shares, std::size_t each) {
    sim::RandomStream random{{seed}, sim::Purpose::test, 0, 0};
    Values values;
    for (const double share : shares) {
        for (std::size_t i = 0; i < each; ++i) {
            values.push_back(random.uniform() < share ? 1.0 : 0.0);
        }
    }
    return values;
}

/// Losses in [0, 1] instead of errors.
inline Values losses(std::uint64_t seed, std::initializer_list<double> means, std::size_t each) {
    sim::RandomStream random{{seed}, sim::Purpose::test, 1, 0};
    Values values;
    for (const double mean : means) {
        for (std::size_t i = 0; i < each; ++i) {
            values.push_back(std::min(1.0, mean * random.gamma(2.0) / 2.0));
        }
    }
    return values;
}

}  // namespace mlaasim::composition::testing
