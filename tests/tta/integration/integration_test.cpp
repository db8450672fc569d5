#include "tta/integration/integration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/chosen.hpp"

namespace mlaasim::tta {
namespace {

/// A weight of two numbers, and gamma, beta, mean and variance of one channel; blocks begin at multiples of 16.
class IntegrationTest : public ::testing::Test {
protected:
    [[nodiscard]] std::vector<float> model(float w0, float w1, float gamma, float beta, float mean, float variance) {
        std::vector<float> flat(layout.size(), 0.0F);
        const float values[] = {w0, w1, gamma, beta, mean, variance};
        std::size_t next = 0;
        for (const sim::ParameterBlock& block : layout.blocks()) {
            for (std::size_t i = 0; i < block.count; ++i) {
                flat[block.offset + i] = values[next++];
            }
        }
        return flat;
    }
    [[nodiscard]] static sim::Chosen<Integration> of(const std::string& line) {
        return mlaasim::testing::chosen(integration_kinds(), "kind: " + line);
    }

    static sim::ParameterLayout made_layout() {
        sim::ParameterLayout made;
        made.add("w", 0, sim::ParameterKind::weight, {2});
        made.add("gamma", 1, sim::ParameterKind::bn_gamma, {1});
        made.add("beta", 1, sim::ParameterKind::bn_beta, {1});
        made.add("mean", 1, sim::ParameterKind::bn_mean, {1});
        made.add("variance", 1, sim::ParameterKind::bn_variance, {1});
        return made;
    }

    const sim::ParameterLayout layout = made_layout();
    std::vector<float> source = model(1, 2, 1, 0, 0, 1);
    std::vector<float> composition = model(3, 4, 2, 1, 1, 2);
    std::vector<float> by_statistics = model(1, 2, 1, 0, 4, 6);  // 5 away in mean and variance
    std::vector<float> by_affine = model(1, 2, 2, 1.5, 1, 2);    // .5 away in gamma, beta, mean and variance
};

TEST_F(IntegrationTest, ReplaceTakesTheBestScore) {
    const AdaptedService adapted[] = {{Changes::statistics, by_statistics, 0.4}, {Changes::affine, by_affine, 0.9}};
    const Integrated result =
        of("replace")->integrate({.layout = layout, .source = source, .composition = composition, .adapted = adapted});
    EXPECT_EQ(result.technique, 1U);
    EXPECT_EQ(result.row, by_affine);
}

TEST_F(IntegrationTest, HalfwayIsTheMeanWithTheSource) {
    const AdaptedService adapted[] = {{Changes::statistics, by_statistics, 0.4}};
    const Integrated result =
        of("halfway")->integrate({.layout = layout, .source = source, .composition = composition, .adapted = adapted});
    EXPECT_EQ(result.row, model(1, 2, 1, 0, 2, 3.5));
}

TEST_F(IntegrationTest, StepsGoAPartOfTheWayUntilTheyHaveArrived) {
    // The source has the length sqrt(7), and sqrt(16 + 25) to go: 2.42 times as far.
    const AdaptedService adapted[] = {{Changes::statistics, by_statistics, 0.4}};
    const IntegrationInput input{.layout = layout, .source = source, .composition = composition, .adapted = adapted};
    EXPECT_EQ(of("steps, share: 0.25")->integrate(input).row, model(1, 2, 1, 0, 1, 2.25));
    EXPECT_NE(of("steps, arrived: 2.4")->integrate(input).row, source);
    EXPECT_FALSE(of("steps, arrived: 2.4")->integrate(input).arrived);
    EXPECT_EQ(of("steps, arrived: 2.5")->integrate(input).row, source);
    EXPECT_TRUE(of("steps, arrived: 2.5")->integrate(input).arrived);
    // What changes by nothing has arrived.
    const AdaptedService same[] = {{Changes::statistics, source, 0.4}};
    EXPECT_EQ(of("steps, arrived: 0")
                  ->integrate({.layout = layout, .source = source, .composition = composition, .adapted = same})
                  .row,
              source);
}

TEST_F(IntegrationTest, SamWeighsByTheDistanceInWhatATechniqueChanges) {
    // One technique at a distance of 5: s = exp(-beta 5), pw* = s / (1 + s). With a share of 1 the row is the new
    // composition: the statistics move by pw*, all else is the composition's.
    const AdaptedService adapted[] = {{Changes::statistics, by_statistics, 0.4}};
    const Integrated result =
        of("sam, beta: 0.2")
            ->integrate(
                {.layout = layout, .source = source, .composition = composition, .adapted = adapted, .share = 1.0});
    const double s = std::exp(-0.2 * 5.0);
    const auto moved = static_cast<float>(s / (1.0 + s));
    const std::vector<float> expected = model(3, 4, 2, 1, 1 + moved * 3, 2 + moved * 4);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(result.row[i], expected[i], 1e-6) << i;
    }
}

TEST_F(IntegrationTest, SamSumsOverTechniquesAndTakesTheNearest) {
    const AdaptedService adapted[] = {{Changes::statistics, by_statistics, 0.9}, {Changes::affine, by_affine, 0.1}};
    const Integrated result = of("sam")->integrate(
        {.layout = layout, .source = source, .composition = composition, .adapted = adapted, .share = 1.0});
    EXPECT_EQ(result.technique, 1U) << "whatever the scores say";
    const double s1 = std::exp(-5.0);
    const double s2 = std::exp(-0.5);
    const double star = s1 / (1 + s1) + s2 / (1 + s2);
    const double weight = star / (star + 1 / (1 + s1) + 1 / (1 + s2));
    EXPECT_LT(weight, 0.5);
    const std::vector<float> expected = model(3, 4, 2, static_cast<float>(1 + weight * 0.5), 1, 2);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(result.row[i], expected[i], 1e-6) << i;
    }
}

TEST_F(IntegrationTest, SamsRowMakesTheAverageComeOut) {
    // Ten members of equal weight, nine of which average to the composition: the tenth row has a share of a tenth.
    const AdaptedService adapted[] = {{Changes::statistics, by_statistics, 0.4}};
    const auto row_with = [&](double share) {
        return of("sam, beta: 0.2")
            ->integrate(
                {.layout = layout, .source = source, .composition = composition, .adapted = adapted, .share = share})
            .row;
    };
    const std::vector<float> literal = row_with(1.0);
    const std::vector<float> tenth = row_with(0.1);
    for (std::size_t i = 0; i < tenth.size(); ++i) {
        EXPECT_NEAR(0.9F * composition[i] + 0.1F * tenth[i], literal[i], 1e-5) << i;
    }
}

TEST_F(IntegrationTest, SamNeedsAnAverage) {
    EXPECT_EQ(of("sam")->needs(), sim::Needs{sim::Need::average});
    EXPECT_TRUE(of("replace")->needs().empty());
    EXPECT_TRUE(of("halfway")->needs().empty());
}

}  // namespace
}  // namespace mlaasim::tta
