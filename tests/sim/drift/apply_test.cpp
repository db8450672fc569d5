#include "sim/corruption/noise.hpp"
#include "sim/corruption/rotation.hpp"
#include "sim/drift/label_swap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr SampleShape square{1, 5, 5};

std::vector<float> rotated(const std::vector<float>& image, const SampleShape& shape, double degrees) {
    std::vector<float> out(image.size(), -1.0F);
    rotate_image(image, out, shape, degrees);
    return out;
}

std::vector<float> ramp(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<float>(i + 1) / static_cast<float>(count);
    }
    return values;
}

TEST(RotateImage, ByZeroIsTheIdentity) {
    EXPECT_EQ(rotated(ramp(25), square, 0.0), ramp(25));
    EXPECT_EQ(rotated(ramp(2 * 3 * 7), {2, 3, 7}, 0.0), ramp(2 * 3 * 7));
}

TEST(RotateImage, PositiveAnglesTurnCounterClockwise) {
    std::vector<float> right(25, 0.0F);
    right[2 * 5 + 4] = 1.0F;
    const std::vector<float> top = rotated(right, square, 90.0);
    EXPECT_NEAR(top[2], 1.0F, 1e-5F);
    EXPECT_NEAR(top[2 * 5 + 4], 0.0F, 1e-5F);
}

TEST(RotateImage, FourQuarterTurnsAreTheIdentity) {
    std::vector<float> image = ramp(25);
    for (int turn = 0; turn < 4; ++turn) {
        image = rotated(image, square, 90.0);
    }
    for (std::size_t i = 0; i < image.size(); ++i) {
        EXPECT_NEAR(image[i], ramp(25)[i], 1e-4F);
    }
}

TEST(RotateImage, BilinearBetweenPixels) {
    // On 1 x 2 pixels the centre lies between them; turned by 60 degrees each pixel comes from (0.5 -+ 0.25, -+0.433).
    const std::vector<float> out = rotated({1.0F, 3.0F}, {1, 1, 2}, 60.0);
    EXPECT_NEAR(out[0], (0.75 * 1.0 + 0.25 * 3.0) * (1.0 - std::sqrt(3.0) / 4.0), 1e-5);
    EXPECT_NEAR(out[1], (0.25 * 1.0 + 0.75 * 3.0) * (1.0 - std::sqrt(3.0) / 4.0), 1e-5);
}

TEST(RotateImage, OutsideIsZero) {
    const std::vector<float> out = rotated(std::vector<float>(28 * 28, 1.0F), {1, 28, 28}, 45.0);
    EXPECT_EQ(out.front(), 0.0F);
    EXPECT_EQ(out.back(), 0.0F);
    EXPECT_NEAR(out[14 * 28 + 14], 1.0F, 1e-6F);
    EXPECT_TRUE(std::ranges::all_of(out, [](float value) { return value >= 0.0F && value <= 1.00001F; }));
}

TEST(RotateImage, ChannelsTurnAlike) {
    std::vector<float> two = ramp(25);
    const std::vector<float> one = two;
    two.insert(two.end(), one.begin(), one.end());
    const std::vector<float> out = rotated(two, {2, 5, 5}, 33.0);
    EXPECT_TRUE(std::equal(out.begin(), out.begin() + 25, out.begin() + 25));
    EXPECT_EQ(std::vector<float>(out.begin(), out.begin() + 25), rotated(one, square, 33.0));
}

TEST(RotateImage, WrongSizesAreBugs) {
    std::vector<float> small(24);
    EXPECT_THROW(rotate_image(small, small, square, 1.0), ContractViolation);
}

TEST(AddNoise, HasTheMomentsOfTheNormalDistribution) {
    RandomStream random{Seed{5}, Purpose::test, 0, 0};
    std::vector<float> image(400'000, 0.5F);
    constexpr double deviation = 0.05;
    add_noise(image, deviation, random);
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

TEST(AddNoise, ClipsToGrey) {
    RandomStream random{Seed{5}, Purpose::test, 0, 0};
    std::vector<float> image(1000, 0.9F);
    add_noise(image, 2.0, random);
    EXPECT_EQ(*std::ranges::min_element(image), 0.0F);
    EXPECT_EQ(*std::ranges::max_element(image), 1.0F);
}

TEST(AddNoise, OfZeroChangesNothing) {
    RandomStream random{Seed{5}, Purpose::test, 0, 0};
    std::vector<float> image = ramp(100);
    add_noise(image, 0.0, random);
    EXPECT_EQ(image, ramp(100));
}

TEST(SwapLabel, SwapsBothWaysAndLeavesOthers) {
    const std::vector<LabelSwap> swaps{{.a = 2, .b = 7, .share = 1.0}};
    EXPECT_EQ(swap_label(2, swaps, Seed{1}, 0), 7);
    EXPECT_EQ(swap_label(7, swaps, Seed{1}, 0), 2);
    EXPECT_EQ(swap_label(3, swaps, Seed{1}, 0), 3);
    EXPECT_EQ(swap_label(3, {}, Seed{1}, 0), 3);
}

TEST(SwapLabel, HitsItsShareOfTheSamples) {
    const std::vector<LabelSwap> swaps{{.a = 0, .b = 1, .share = 0.3}};
    int hit = 0;
    for (std::uint32_t sample = 0; sample < 10000; ++sample) {
        hit += swap_label(0, swaps, Seed{1}, sample);
    }
    EXPECT_NEAR(hit, 3000, 230);
}

TEST(SwapLabel, AGrowingShareOnlyAddsSamples) {
    for (std::uint32_t sample = 0; sample < 500; ++sample) {
        std::uint8_t before = 0;
        for (const double share : {0.0, 0.2, 0.5, 0.9, 1.0}) {
            const std::vector<LabelSwap> swaps{{.a = 0, .b = 1, .share = share}};
            const std::uint8_t now = swap_label(0, swaps, Seed{1}, sample);
            EXPECT_GE(now, before);
            before = now;
        }
        EXPECT_EQ(before, 1);
    }
}

TEST(SwapLabel, EntriesHitSamplesIndependently) {
    const std::vector<LabelSwap> first{{.a = 0, .b = 1, .share = 0.5, .entry = 0}};
    const std::vector<LabelSwap> second{{.a = 0, .b = 1, .share = 0.5, .entry = 1}};
    int both = 0;
    for (std::uint32_t sample = 0; sample < 4000; ++sample) {
        both += swap_label(0, first, Seed{1}, sample) & swap_label(0, second, Seed{1}, sample);
    }
    EXPECT_NEAR(both, 1000, 140);
}

TEST(SwapLabel, SwapsAreAppliedOneAfterAnother) {
    const std::vector<LabelSwap> chain{{.a = 0, .b = 1, .share = 1.0, .entry = 0},
                                       {.a = 1, .b = 2, .share = 1.0, .entry = 1}};
    EXPECT_EQ(swap_label(0, chain, Seed{1}, 9), 2);
    EXPECT_EQ(swap_label(1, chain, Seed{1}, 9), 0);
    EXPECT_EQ(swap_label(2, chain, Seed{1}, 9), 1);
}

}  // namespace
}  // namespace mlaasim::sim
