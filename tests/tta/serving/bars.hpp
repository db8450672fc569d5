// Images whose rows are even while they are upright, and a judge that is sure of such images.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "fl/test_samples.hpp"
#include "sim/core/random.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::tta {

constexpr sim::SampleShape shape{1, 16, 16};

/// Bars from left to right, more or less bright, thick and high up.
inline sim::DecodedPool bars(std::size_t count, std::uint64_t entity) {
    sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, entity, 0};
    sim::DecodedPool pool;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t bright = static_cast<std::uint8_t>(120 + random.below(136));
        const std::uint32_t top = 5 + random.below(4);
        const std::uint32_t bottom = top + 1 + random.below(3);
        for (std::uint32_t y = 0; y < shape.height; ++y) {
            const bool inside = y >= top && y <= bottom;
            pool.values.insert(pool.values.end(), 2, 0);
            pool.values.insert(pool.values.end(), shape.width - 4, inside ? bright : std::uint8_t{0});
            pool.values.insert(pool.values.end(), 2, 0);
        }
        pool.labels.push_back(static_cast<std::uint8_t>(random.below(2)));
    }
    return pool;
}

/// By image: 1 where the rows do not differ within themselves, down to .51. `background`: the value of a black pixel.
inline std::vector<float> sureness(const sim::SampleBlock& samples, float background) {
    std::vector<float> all;
    for (std::size_t i = 0; i < samples.count(); ++i) {
        double uneven = 0.0;
        double total = 0.0;
        for (std::size_t y = 0; y < shape.height; ++y) {
            for (std::size_t x = 3; x + 4 < shape.width; ++x) {
                const float* const at = samples.sample(i) + y * shape.width + x;
                uneven += std::abs(at[1] - at[0]);
                total += at[0] - background;
            }
        }
        all.push_back(static_cast<float>(1.0 - 0.49 * std::min(1.0, 4.0 * uneven / (total + 1e-3))));
    }
    return all;
}

}  // namespace mlaasim::tta
