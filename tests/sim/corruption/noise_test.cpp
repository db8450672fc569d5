#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/corruption/corrupted.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

TEST(Noise, HasTheMomentsOfTheNormalDistribution) {
    const std::vector<float> image = Corrupting{"kind: noise, magnitude: 0.05"}(std::vector<float>(400'000, 0.5F),
                                                                                {.seed = Seed{5}, .round = Round{0}});
    constexpr double deviation = 0.05;
    double mean = 0.0;
    double square_sum = 0.0;
    double fourth = 0.0;
    double beyond_two = 0.0;
    double beyond_ziggurat = 0.0;
    for (const float value : image) {
        const double z = (static_cast<double>(value) - 0.5) / deviation;
        mean += z;
        square_sum += z * z;
        fourth += z * z * z * z;
        beyond_two += std::abs(z) > 2.0 ? 1.0 : 0.0;
        beyond_ziggurat += std::abs(z) > 3.4426198 ? 1.0 : 0.0;
    }
    const auto n = static_cast<double>(image.size());
    EXPECT_NEAR(mean / n, 0.0, 5.0 / std::sqrt(n));
    EXPECT_NEAR(square_sum / n, 1.0, 5.0 * std::sqrt(2.0 / n));
    EXPECT_NEAR(fourth / n, 3.0, 5.0 * std::sqrt(96.0 / n));
    EXPECT_NEAR(beyond_two / n, 0.0455003, 0.0017);
    EXPECT_NEAR(beyond_ziggurat, n * 5.7608e-4, 5.0 * std::sqrt(n * 5.7608e-4));
}

TEST(Noise, ClipsToGrey) {
    const std::vector<float> image =
        Corrupting{"kind: noise, magnitude: 2"}(std::vector<float>(1000, 0.9F), {.seed = Seed{5}, .round = Round{0}});
    EXPECT_EQ(*std::ranges::min_element(image), 0.0F);
    EXPECT_EQ(*std::ranges::max_element(image), 1.0F);
}

TEST(Noise, OfZeroChangesNothing) {
    const std::vector<float> image{0.0F, 0.25F, 0.5F, 1.0F};
    EXPECT_EQ((Corrupting{"kind: noise, magnitude: 0"}(image, {.seed = Seed{5}, .round = Round{0}})), image);
}

TEST(Noise, VariancesAdd) {
    EXPECT_DOUBLE_EQ(
        Corrupting { "kind: noise" } -> combined(std::vector{0.3, 0.4}).value(), 0.5);
    EXPECT_DOUBLE_EQ(
        Corrupting { "kind: noise" } -> combined(std::vector{0.2, 0.3, 0.6}).value(), 0.7);
}

TEST(Noise, SeveritiesAreDeviations) {
    EXPECT_EQ(
        Corrupting { "kind: noise, severity: 1" } -> strength(), 0.04);
    EXPECT_EQ(
        Corrupting { "kind: noise, severity: 4" } -> strength(), 0.09);
    EXPECT_EQ(
        Corrupting { "kind: noise, severity: 0, magnitude: 0.7" } -> strength(), 0.7);
}

TEST(Noise, NeedsNoImages) {
    EXPECT_TRUE(Corrupting { "kind: noise" } -> needs().empty());
}

}  // namespace
}  // namespace mlaasim::sim
