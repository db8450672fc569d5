// What a change is worth at least.
#include "composition/healing/paired_gain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim/core/random.hpp"

namespace mlaasim::composition {
namespace {

TEST(PairedGain, QuantilesAreThoseOfTheNormalDistribution) {
    EXPECT_NEAR(upper_normal_quantile(0.5), 0.0, 1e-12);
    EXPECT_NEAR(upper_normal_quantile(0.05), 1.6448536269514722, 1e-12);
    EXPECT_NEAR(upper_normal_quantile(0.025), 1.959963984540054, 1e-12);
    EXPECT_NEAR(upper_normal_quantile(0.05 / 24), 2.865, 5e-4);
    EXPECT_NEAR(upper_normal_quantile(1e-9), 5.997807015, 1e-8);
}

TEST(PairedGain, BoundByHand) {
    const std::vector<double> gains{0.1, 0.3, 0.2, 0.4};  // mean .25, variance .05 / 3
    const PairedGain gain = paired_gain(gains, 2, {.error = 0.1, .margin = 0.01});
    EXPECT_EQ(gain.samples, 4);
    EXPECT_DOUBLE_EQ(gain.mean, 0.25);
    EXPECT_NEAR(gain.lower, 0.25 - 1.6448536269514722 * std::sqrt(0.05 / 3.0 / 4.0) - 0.01, 1e-12);
}

TEST(PairedGain, TheMoreIsComparedTheMoreMustBeProven) {
    const std::vector<double> gains{0.1, 0.3, 0.2, 0.4};
    EXPECT_GT(paired_gain(gains, 1, {}).lower, paired_gain(gains, 24, {}).lower);
}

TEST(PairedGain, FewSamplesProveNothing) {
    EXPECT_TRUE(std::isinf(paired_gain({}, 1, {}).lower));
    const std::vector<double> one{0.5};
    EXPECT_LT(paired_gain(one, 1, {}).lower, 0.0);
    EXPECT_EQ(paired_gain(one, 1, {}).mean, 0.5);
}

/// Of 20 actions that gain nothing, one passes now and then, as often as the error says at most.
TEST(PairedGain, ChanceOfAFalsePassIsHeld) {
    constexpr int repeats = 2000;
    constexpr std::size_t actions = 20;
    int passed = 0;
    sim::RandomStream random{sim::Seed{3}, sim::Purpose::test, 0, 0};
    for (int repeat = 0; repeat < repeats; ++repeat) {
        bool any = false;
        for (std::size_t action = 0; action < actions; ++action) {
            std::vector<double> gains(200);
            for (double& gain : gains) {
                gain = 0.02 * random.normal();
            }
            any = any || paired_gain(gains, actions, {.error = 0.05, .margin = 0.0}).lower > 0.0;
        }
        passed += any ? 1 : 0;
    }
    EXPECT_LT(passed, repeats * 0.075);
    EXPECT_GT(passed, repeats * 0.02) << "the bound is not far too careful";
}

}  // namespace
}  // namespace mlaasim::composition
