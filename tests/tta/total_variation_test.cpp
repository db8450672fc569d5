#include "tta/total_variation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlaasim::tta {
namespace {

TEST(TotalVariation, IsHalfTheSumOfTheDifferences) {
    EXPECT_DOUBLE_EQ(total_variation(std::vector{0.5, 0.5}, std::vector{0.5, 0.5}), 0.0);
    EXPECT_DOUBLE_EQ(total_variation(std::vector{1.0, 0.0, 0.0}, std::vector{0.0, 0.25, 0.75}), 1.0);
    EXPECT_DOUBLE_EQ(total_variation(std::vector{0.5, 0.25, 0.25}, std::vector{0.25, 0.25, 0.5}), 0.25);
}

/// The shares of predictions have single precision, those of mixes double.
TEST(TotalVariation, IsComputedInDoublePrecision) {
    EXPECT_EQ(total_variation(std::vector{0.1F, 0.9F}, std::vector{0.1, 0.9}),
              (std::abs(double{0.1F} - 0.1) + std::abs(double{0.9F} - 0.9)) / 2);
}

}  // namespace
}  // namespace mlaasim::tta
