// Corruptions of time series, and counts of photons.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "sim/corruption/corrupted.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

TEST(ShotNoise, HasTheMeanAndTheVarianceOfCountsOfPhotons) {
    const std::vector<float> values = Corrupting{"kind: shot_noise, magnitude: 0.01"}(
        std::vector<float>(200'000, 0.4F), {.shape = {1, 1, 200'000}, .seed = Seed{2}});
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    const double variance =
        std::accumulate(values.begin(), values.end(), 0.0,
                        [&](double sum, float value) {
                            return sum + (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
                        }) /
        n;
    EXPECT_NEAR(mean, 0.4, 5.0 * std::sqrt(0.004 / n));
    EXPECT_NEAR(variance, 0.004, 0.004 * 5.0 * std::sqrt(2.0 / n));
    for (std::size_t i = 0; i < 100; ++i) {
        const double photons = static_cast<double>(values[i]) / 0.01;
        EXPECT_NEAR(photons, std::round(photons), 1e-4);
    }
}

TEST(ShotNoise, BlackStaysBlack) {
    EXPECT_EQ((Corrupting{"kind: shot_noise"}(std::vector<float>(9, 0.0F), {.shape = {1, 3, 3}})),
              std::vector<float>(9, 0.0F));
}

TEST(ImpulseNoise, LosesItsShareOfTheValuesToBothEnds) {
    const std::vector<float> values = Corrupting{"kind: impulse_noise, severity: 5"}(
        std::vector<float>(100'000, 0.5F), {.shape = {1, 1, 100'000}, .seed = Seed{2}});
    const auto black = static_cast<double>(std::ranges::count(values, 0.0F));
    const auto white = static_cast<double>(std::ranges::count(values, 1.0F));
    EXPECT_NEAR(black, 13'500, 5.0 * std::sqrt(13'500));
    EXPECT_NEAR(white, 13'500, 5.0 * std::sqrt(13'500));
}

TEST(Gain, IsAboutTheMiddle) {
    EXPECT_EQ((Corrupting{"kind: gain, magnitude: 0.5"}({0.5F, 0.75F, 0.25F, 1.0F}, {.shape = {1, 1, 4}})),
              (std::vector<float>{0.5F, 0.875F, 0.125F, 1.0F}));
    EXPECT_DOUBLE_EQ((Corrupting { "kind: gain" } -> combined(std::vector{0.5, -0.5}).value()), -0.25);
}

TEST(Bias, MovesEachChannelByTheSameInAllSamples) {
    const SampleShape shape{16, 1, 3};
    const Corrupting bias{"kind: bias, magnitude: 0.125"};
    const std::vector<float> one = bias(std::vector<float>(48, 0.5F), {.shape = shape, .sample = 1, .round = Round{1}});
    EXPECT_EQ(one, bias(std::vector<float>(48, 0.5F), {.shape = shape, .sample = 9, .round = Round{4}}));
    EXPECT_EQ((std::set<float>{one.begin(), one.end()}), (std::set<float>{0.375F, 0.625F}));
    EXPECT_EQ(one[0], one[2]);
}

TEST(AxisRotation, TurnsXToY) {
    // One step of six channels: (x, y, z) twice.
    const std::vector<float> turned =
        Corrupting{"kind: axis_rotation, magnitude: 90"}({0.75F, 0.5F, 0.9F, 0.5F, 0.25F, 0.1F}, {.shape = {6, 1, 1}});
    const std::vector<float> expected{0.5F, 0.75F, 0.9F, 0.75F, 0.5F, 0.1F};
    for (std::size_t i = 0; i < turned.size(); ++i) {
        EXPECT_NEAR(turned[i], expected[i], 1e-6F) << i;
    }
}

TEST(MissingChannel, ShowsZeroWhereAChannelIsLost) {
    const SampleShape shape{3, 1, 4};
    int lost = 0;
    for (std::uint32_t sample = 0; sample < 2000; ++sample) {
        const std::vector<float> values = Corrupting{"kind: missing_channel, magnitude: 0.3"}(
            std::vector<float>(12, 0.9F), {.shape = shape, .sample = sample});
        for (std::size_t begin = 0; begin < 12; begin += 4) {
            EXPECT_TRUE(values[begin] == 0.5F || values[begin] == 0.9F);
            EXPECT_EQ(values[begin], values[begin + 3]) << "a channel is lost as a whole";
            lost += values[begin] == 0.5F ? 1 : 0;
        }
    }
    EXPECT_NEAR(lost, 1800, 5.0 * std::sqrt(6000 * 0.21));
}

TEST(Saturation, CutsBothEnds) {
    EXPECT_EQ((Corrupting{"kind: saturation, magnitude: 0.5"}({0.0F, 0.3F, 0.9F}, {.shape = {1, 1, 3}})),
              (std::vector<float>{0.25F, 0.3F, 0.75F}));
    EXPECT_EQ((Corrupting { "kind: saturation" } -> combined(std::vector{0.2, 0.6})), 0.6);
}

TEST(TimeWarp, KeepsTheOrderOfTimeAndItsFirstStep) {
    std::vector<float> ramp(128);
    for (std::size_t t = 0; t < ramp.size(); ++t) {
        ramp[t] = static_cast<float>(t) / 127.0F;
    }
    for (std::uint32_t sample = 0; sample < 20; ++sample) {
        const std::vector<float> warped =
            Corrupting{"kind: time_warp, magnitude: 0.9"}(ramp, {.shape = {1, 1, 128}, .sample = sample});
        EXPECT_NEAR(warped[0], 0.0F, 1e-5F);
        EXPECT_TRUE(std::ranges::is_sorted(warped));
    }
}

}  // namespace
}  // namespace mlaasim::sim
