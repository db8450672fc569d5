// brightness and contrast.
#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/corruption/corrupted.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

void expect_near(const std::vector<float>& found, const std::vector<float>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i], expected[i], 1e-6F) << i;
    }
}

TEST(Brightness, AddsToEveryValueAndClips) {
    const SampleContext context{.shape = {1, 1, 4}};
    expect_near(Corrupting{"kind: brightness, magnitude: 0.25"}({0.0F, 0.5F, 0.75F, 0.9F}, context),
                {0.25F, 0.75F, 1.0F, 1.0F});
    expect_near(Corrupting{"kind: brightness, magnitude: -0.25"}({0.0F, 0.25F, 0.75F, 1.0F}, context),
                {0.0F, 0.0F, 0.5F, 0.75F});
}

TEST(Brightness, StrengthsAdd) {
    EXPECT_DOUBLE_EQ(
        Corrupting { "kind: brightness" } -> combined(std::vector{0.25, 0.5, -0.125}).value(), 0.625);
}

TEST(Brightness, SeveritiesAreThoseOfMnistC) {
    const std::vector<double> strengths{0.1, 0.2, 0.3, 0.4, 0.5};
    for (std::size_t i = 0; i < strengths.size(); ++i) {
        EXPECT_EQ(
            Corrupting { "kind: brightness, severity: " + std::to_string(i + 1) } -> strength(), strengths[i]);
    }
}

TEST(Contrast, MovesEveryValueTowardsTheMean) {
    // The mean is 0.5; a quarter of the contrast is left.
    expect_near(Corrupting{"kind: contrast, magnitude: 0.75"}({0.1F, 0.3F, 0.7F, 0.9F}, {.shape = {1, 2, 2}}),
                {0.4F, 0.45F, 0.55F, 0.6F});
}

TEST(Contrast, EachChannelHasItsMean) {
    expect_near(Corrupting{"kind: contrast, magnitude: 0.5"}({0.0F, 0.4F, 0.6F, 1.0F}, {.shape = {2, 1, 2}}),
                {0.1F, 0.3F, 0.7F, 0.9F});
}

TEST(Contrast, WithoutAnyOnlyTheMeanIsLeft) {
    expect_near(Corrupting{"kind: contrast, magnitude: 1"}({0.2F, 0.4F, 0.6F}, {.shape = {1, 1, 3}}),
                {0.4F, 0.4F, 0.4F});
}

TEST(Contrast, SeveritiesHaveTheFactorsOfCifarC) {
    const std::vector<double> factors{0.75, 0.5, 0.4, 0.3, 0.15};
    for (std::size_t i = 0; i < factors.size(); ++i) {
        const Corrupting contrast{"kind: contrast, severity: " + std::to_string(i + 1)};
        EXPECT_DOUBLE_EQ(1.0 - contrast->strength(), factors[i]);
    }
    expect_near(Corrupting{"kind: contrast, severity: 3"}({0.0F, 1.0F}, {.shape = {1, 1, 2}}), {0.3F, 0.7F});
}

TEST(Contrast, FactorsMultiply) {
    const Corrupting contrast{"kind: contrast"};
    EXPECT_DOUBLE_EQ(contrast->combined(std::vector{0.5, 0.5}).value(), 0.75);
    EXPECT_DOUBLE_EQ(contrast->combined(std::vector{0.5, 1.0}).value(), 1.0);
}

TEST(Contrast, AWrongSizeIsABug) {
    EXPECT_THROW(static_cast<void>(Corrupting{"kind: contrast"}({0.0F, 1.0F}, {.shape = {1, 1, 3}})),
                 ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
