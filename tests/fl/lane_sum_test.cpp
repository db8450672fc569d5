// Lanes are added in one order, whichever version of Highway the kernels are built with.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

std::size_t lanes_of(const std::string& instruction_set) {
    if (instruction_set == "AVX3") {
        return 16;
    }
    if (instruction_set == "AVX2") {
        return 8;
    }
    return instruction_set == "SCALAR" ? 1 : 4;
}

/// Lanes are summed down the vectors, then the upper half of the lanes is added to the lower one until one is left.
float sum_in_order(const sim::AlignedVector<float>& values, std::size_t lanes) {
    std::vector<float> sums(lanes, 0.0F);
    for (std::size_t i = 0; i < values.size(); ++i) {
        sums[i % lanes] += values[i];
    }
    for (std::size_t half = lanes / 2; half > 0; half /= 2) {
        for (std::size_t i = 0; i < half; ++i) {
            sums[i] += sums[i + half];
        }
    }
    return sums[0];
}

TEST(LaneSum, HalvesOnEveryInstructionSet) {
    constexpr std::size_t length = 48;
    const sim::AlignedVector<float> ones(length, 1.0F);
    const float no_bias = 0.0F;
    testing::on_every_instruction_set([&] {
        for (std::uint64_t draw = 0; draw < 200; ++draw) {
            sim::RandomStream random{{1}, sim::Purpose::test, draw, 0};
            sim::AlignedVector<float> weight(length);
            for (float& value : weight) {
                value = static_cast<float>(random.normal());
            }
            sim::AlignedVector<float> product(16, 0.0F);
            fused::linear_forward({ones.data(), length}, 1, weight.data(), length, 1, &no_bias, false,
                                  {product.data(), 16});
            const float expected = sum_in_order(weight, lanes_of(fused::target_name()));
            ASSERT_EQ(std::bit_cast<std::uint32_t>(product[0]), std::bit_cast<std::uint32_t>(expected))
                << fused::target_name() << ", draw " << draw;
        }
    });
}

}  // namespace
}  // namespace mlaasim::fl
