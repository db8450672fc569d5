#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/error.hpp"
#include "sim/corruption/corrupted.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

constexpr SampleShape square{1, 5, 5};

std::vector<float> rotated(const std::vector<float>& image, const SampleShape& shape, double degrees) {
    return Corrupting{"kind: rotation, magnitude: " + std::to_string(degrees)}(image, {.shape = shape});
}

std::vector<float> ramp(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<float>(i + 1) / static_cast<float>(count);
    }
    return values;
}

TEST(Rotation, ByZeroIsTheIdentity) {
    EXPECT_EQ(rotated(ramp(25), square, 0.0), ramp(25));
    EXPECT_EQ(rotated(ramp(2 * 3 * 7), {2, 3, 7}, 0.0), ramp(2 * 3 * 7));
}

TEST(Rotation, PositiveAnglesTurnCounterClockwise) {
    std::vector<float> right(25, 0.0F);
    right[2 * 5 + 4] = 1.0F;
    const std::vector<float> top = rotated(right, square, 90.0);
    EXPECT_NEAR(top[2], 1.0F, 1e-5F);
    EXPECT_NEAR(top[2 * 5 + 4], 0.0F, 1e-5F);
}

TEST(Rotation, FourQuarterTurnsAreTheIdentity) {
    std::vector<float> image = ramp(25);
    for (int turn = 0; turn < 4; ++turn) {
        image = rotated(image, square, 90.0);
    }
    for (std::size_t i = 0; i < image.size(); ++i) {
        EXPECT_NEAR(image[i], ramp(25)[i], 1e-4F);
    }
}

TEST(Rotation, IsBilinearBetweenPixels) {
    // On 1 x 2 pixels the centre lies between them; turned by 60 degrees each pixel comes from (0.5 -+ 0.25, -+0.433).
    const std::vector<float> out = rotated({0.3F, 0.9F}, {1, 1, 2}, 60.0);
    EXPECT_NEAR(out[0], (0.75 * 0.3 + 0.25 * 0.9) * (1.0 - std::sqrt(3.0) / 4.0), 1e-5);
    EXPECT_NEAR(out[1], (0.25 * 0.3 + 0.75 * 0.9) * (1.0 - std::sqrt(3.0) / 4.0), 1e-5);
}

TEST(Rotation, OutsideIsZero) {
    const std::vector<float> out = rotated(std::vector<float>(28 * 28, 1.0F), {1, 28, 28}, 45.0);
    EXPECT_EQ(out.front(), 0.0F);
    EXPECT_EQ(out.back(), 0.0F);
    EXPECT_NEAR(out[14 * 28 + 14], 1.0F, 1e-6F);
    EXPECT_TRUE(std::ranges::all_of(out, [](float value) { return value >= 0.0F && value <= 1.00001F; }));
}

TEST(Rotation, ChannelsTurnAlike) {
    std::vector<float> two = ramp(25);
    const std::vector<float> one = two;
    two.insert(two.end(), one.begin(), one.end());
    const std::vector<float> out = rotated(two, {2, 5, 5}, 33.0);
    EXPECT_TRUE(std::equal(out.begin(), out.begin() + 25, out.begin() + 25));
    EXPECT_EQ(std::vector<float>(out.begin(), out.begin() + 25), rotated(one, square, 33.0));
}

TEST(Rotation, AnglesAdd) {
    EXPECT_EQ(
        Corrupting { "kind: rotation" } -> combined(std::vector{30.0, -10.0, 5.0}), 25.0);
}

TEST(Rotation, NeedsImages) {
    EXPECT_EQ(
        Corrupting { "kind: rotation" } -> needs(), Needs{Need::images});
}

TEST(Rotation, SeveritiesAreRadians) {
    EXPECT_NEAR(
        Corrupting { "kind: rotation, severity: 2" } -> strength(), 0.4 * 180.0 / std::numbers::pi, 1e-12);
    EXPECT_NEAR(
        Corrupting { "kind: rotation, severity: 5" } -> strength(), 180.0 / std::numbers::pi, 1e-12);
    EXPECT_EQ(
        Corrupting { "kind: rotation, magnitude: -12.5" } -> strength(), -12.5);
}

TEST(Rotation, AWrongSizeIsABug) {
    EXPECT_THROW(static_cast<void>(rotated(std::vector<float>(24), square, 1.0)), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
