#include "tta/alignment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "fl/test_samples.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::TestPool;

std::vector<double> parabola(double vertex, double curvature) {
    std::vector<double> means;
    for (const double angle : alignment_grid()) {
        means.push_back(1.0 + curvature * (angle - vertex) * (angle - vertex));
    }
    return means;
}

TEST(Alignment, TheGridGoesFromMinusToPlus45) {
    EXPECT_EQ(alignment_grid().front(), -45.0);
    EXPECT_EQ(alignment_grid()[6], 0.0);
    EXPECT_EQ(alignment_grid().back(), 45.0);
}

TEST(Alignment, FindsTheVertexOfAParabolaExactly) {
    for (const double vertex : {-33.0, -3.0, 0.0, 1.7, 29.5}) {
        const LeastEntropy least = least_entropy(parabola(vertex, 1e-3));
        EXPECT_NEAR(least.angle, vertex, 1e-9);
        EXPECT_NEAR(least.gain, 1e-3 * vertex * vertex, 1e-12);
    }
}

TEST(Alignment, HasNoParabolaAtTheEnds) {
    EXPECT_EQ(least_entropy(parabola(80.0, 1e-3)).angle, 45.0);
    EXPECT_EQ(least_entropy(parabola(-80.0, 1e-3)).angle, -45.0);
}

TEST(Alignment, OfEqualAnglesTheSmallestTurnWins) {
    const std::vector<double> flat(alignment_angles, 0.5);
    EXPECT_EQ(least_entropy(flat).angle, 0.0);
    EXPECT_EQ(least_entropy(flat).gain, 0.0);
    std::vector<double> two(alignment_angles, 1.0);
    two[0] = two[4] = two[8] = two[12] = 0.5;  // -45, -15, 15 and 45
    EXPECT_EQ(least_entropy(two).angle, -15.0);
}

TEST(Alignment, EntropyIsThatOfTheDistribution) {
    const std::vector<double> found = entropies(std::vector<float>{0.25F, 0.75F, 1.0F, 0.0F, 0.5F, std::nanf("")}, 2);
    EXPECT_NEAR(found[0], -0.25 * std::log(0.25) - 0.75 * std::log(0.75), 1e-12);
    EXPECT_EQ(found[1], 0.0);
    EXPECT_EQ(found[2], std::log(2.0)) << "what is no number is unsure";
}

/// A bar from left to right, and a judge that is the surer the more of the middle row is bright.
class TurnedBars : public ::testing::Test {
protected:
    static constexpr sim::SampleShape shape{1, 15, 15};

    static sim::DecodedPool bars(std::size_t count) {
        sim::DecodedPool pool;
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t y = 0; y < shape.height; ++y) {
                pool.values.insert(pool.values.end(), shape.width, y == 7 ? std::uint8_t{255} : std::uint8_t{0});
            }
            pool.labels.push_back(0);
        }
        return pool;
    }
    static std::vector<float> judge(const sim::SampleBlock& samples) {
        std::vector<float> probabilities;
        for (std::size_t i = 0; i < samples.count(); ++i) {
            double bright = 0.0;
            for (std::size_t x = 0; x < shape.width; ++x) {
                bright += (samples.sample(i)[7 * shape.width + x] - background) * 0.25 / shape.width;
            }
            const auto sure = static_cast<float>(0.5 + 0.49 * std::clamp(bright, 0.0, 1.0));
            probabilities.push_back(sure);
            probabilities.push_back(1.0F - sure);
        }
        return probabilities;
    }

    static constexpr float background = -0.3F / 0.25F;  // of TestPool
    const TestPool pool{shape, 2, bars(6)};
};

TEST_F(TurnedBars, TurningBackIsTheInverseOfTheTurn) {
    const sim::SampleBlock upright = pool.block();
    for (const double turn : {-30.0, 15.0}) {
        sim::SampleBlock turned;
        turned.turn(upright, upright.count(), turn, background);
        const LeastEntropy least =
            least_entropy(mean_by_angle(entropies_by_angle(turned, turned.count(), background, 2, judge)));
        EXPECT_NEAR(least.angle, turn, 1.5) << "the turn of the images, not the one that undoes it";
        EXPECT_GT(least.gain, 0.1);
    }
}

/// Entropies lie angle by angle: a table with its axes swapped would not find the angle of the one unsure sample.
TEST_F(TurnedBars, TableHasOneRowPerAngle) {
    const sim::SampleBlock upright = pool.block();
    const EntropyTable table = entropies_by_angle(upright, 4, background, 2, judge);
    ASSERT_EQ(table.size(), alignment_angles);
    for (const std::vector<double>& of_angle : table) {
        ASSERT_EQ(of_angle.size(), 4U);
        EXPECT_EQ(of_angle[0], of_angle[3]) << "all bars are alike";
    }
    EXPECT_LT(table[6][0], table[0][0]);
}

TEST_F(TurnedBars, WhatComesFromOutsideIsBackground) {
    sim::SampleBlock turned;
    turned.turn(pool.block(), 2, 45.0, background);
    EXPECT_EQ(turned.count(), 2U);
    EXPECT_FLOAT_EQ(turned.sample(1)[0], background);
}

/// x and y of every three channels turn about z; what is left over stays.
TEST(TurnedAxes, TurnAboutTheThirdAndBack) {
    constexpr sim::SampleShape series{4, 1, 20};
    const TestPool pool{series, 2, fl::testing::random_samples(series, 2, 3)};
    const sim::SampleBlock block = pool.block();
    const float zero = zero_of(series, 0.3F, 0.25F);
    EXPECT_FLOAT_EQ(zero, 0.2F / 0.25F);
    sim::SampleBlock quarter;
    quarter.turn(block, 3, 90.0, zero);
    sim::SampleBlock back;
    back.turn(quarter, 3, -90.0, zero);
    for (std::size_t t = 0; t < 20; ++t) {
        const float* const before = block.sample(1) + t;
        const float* const after = quarter.sample(1) + t;
        EXPECT_NEAR(after[0], zero - (before[20] - zero), 1e-5F);
        EXPECT_NEAR(after[20], zero + (before[0] - zero), 1e-5F);
        EXPECT_EQ(after[40], before[40]);
        EXPECT_EQ(after[60], before[60]);
        EXPECT_NEAR(back.sample(1)[t], before[0], 1e-5F);
    }
    EXPECT_TRUE(can_turn(series));
    EXPECT_FALSE(can_turn({2, 1, 20}));
    EXPECT_TRUE(can_turn({1, 8, 8}));
}

TEST(CleanGain, IsAHighQuantileOfWhatCleanWindowsGain) {
    // Half of the samples are surer at 7.5 degrees, the others as they are: windows gain by chance alone.
    EntropyTable clean(alignment_angles, std::vector<double>(200, 1.0));
    for (std::size_t i = 0; i < 200; ++i) {
        clean[6][i] = i % 2 == 0 ? 0.4 : 0.6;
        clean[7][i] = i % 2 == 0 ? 0.6 : 0.4;
    }
    const auto gain = [&](std::size_t window) {
        return clean_gain(clean, window, {sim::Seed{1}, sim::Purpose::clean_windows, window, 1});
    };
    EXPECT_GT(gain(16), gain(256) + 0.03) << "small windows gain more by chance";
    EXPECT_EQ(gain(64), gain(64));
    EXPECT_EQ(clean_gain(EntropyTable(alignment_angles), 64, {sim::Seed{1}, sim::Purpose::clean_windows, 64, 1}),
              std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace mlaasim::tta
