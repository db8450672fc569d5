#include "composition/assessment/contribution_score.hpp"

#include <gtest/gtest.h>

#include "composition/round_log.hpp"
#include "composition/test_market.hpp"
#include "sim/core/error.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;

/// "composition, noise_floor: 0"
sim::Chosen<QosForm> qos(const std::string& form) {
    return mlaasim::testing::chosen(qos_kinds(), "form: " + form, "form");
}
sim::Chosen<FunctionalShares> shares(const std::string& form) {
    return mlaasim::testing::chosen(functional_share_kinds(), "form: " + form, "form");
}
sim::Chosen<Threshold> threshold(const std::string& kind) {
    return mlaasim::testing::chosen(threshold_kinds(), "threshold: " + kind, "threshold");
}

/// n members that are alike in everything.
ContributionInput alike(std::uint32_t n) {
    ContributionInput input{.accuracy = 0.8};
    for (std::uint32_t i = 0; i < n; ++i) {
        input.members.push_back(id(i));
        input.qos.push_back({.effectiveness = 0.8, .quality = 0.8, .response_ms = 20, .reliability = 0.97});
        input.accuracy_without.push_back(0.8);
        input.distances.push_back(1.0);
    }
    return input;
}

TEST(ContributionScore, ScoreByHand) {
    ContributionInput input = alike(2);
    input.accuracy_without = {0.6, 0.9};
    input.distances = {1, 3};
    const ContributionOptions options{
        .qos = qos("composition, quality_weight: 0, time_weight: 0, reliability_weight: 0, noise_floor: 0"),
        .functional = {.form = shares("inverse_distance, epsilon: 1e-12")},
        .qos_weight = 0.6,
        .functional_weight = 0.4,
        .threshold = threshold("relative, relative_threshold: 0.5")};
    const auto result = contribution_scores(input, options);
    // Changes .2, -.1: shares 2/3, -1/3. f = 3/4, 1/4.
    EXPECT_NEAR(result.members[0].score, 0.6 * 2 / 3 + 0.4 * 0.75, 1e-10);
    EXPECT_NEAR(result.members[1].score, -0.6 / 3 + 0.4 * 0.25, 1e-10);
    EXPECT_DOUBLE_EQ(result.threshold, 0.25);
    EXPECT_FALSE(result.members[0].underperforming);
    EXPECT_TRUE(result.members[1].underperforming);
    EXPECT_EQ(result.underperforming, std::vector{id(1)});
    EXPECT_DOUBLE_EQ(result.members[1].qos_without, 0.9);
}

TEST(ContributionScore, MembersThatAreAlikeAreNotFlagged) {
    for (const std::uint32_t n : {1U, 2U, 10U, 100U}) {
        EXPECT_TRUE(contribution_scores(alike(n), {}).underperforming.empty()) << n << " members";
    }
}

TEST(ContributionScore, AProductOfReliabilitiesFlagsAllThatAreAlike) {
    // Why geometric_mean is the default: every removal improves a product, so every contribution is -1/n.
    const ContributionOptions options{.qos = qos("composition, reliability: product, noise_floor: 0")};
    EXPECT_EQ(contribution_scores(alike(10), options).underperforming.size(), 10U);
}

TEST(ContributionScore, NoiseOfEvaluationFlagsNobody) {
    // A third of a point up and down is what an evaluation set of some thousand samples cannot tell.
    ContributionInput input = alike(10);
    for (std::size_t i = 0; i < 10; ++i) {
        input.accuracy_without[i] += i % 2 == 0 ? 0.003 : -0.003;
    }
    EXPECT_TRUE(contribution_scores(input, {}).underperforming.empty());
    EXPECT_EQ(contribution_scores(input, {.qos = qos("composition, noise_floor: 0")}).underperforming.size(), 5U);
}

TEST(ContributionScore, TheHarmfulMemberIsFlagged) {
    ContributionInput input = alike(10);
    input.accuracy_without[4] = 0.83;
    EXPECT_EQ(contribution_scores(input, {}).underperforming, std::vector{id(4)});
}

TEST(ContributionScore, WorstFirstTiesByIdAndCapped) {
    ContributionInput input = alike(10);
    input.members = {id(9), id(8), id(7), id(6), id(5), id(4), id(3), id(2), id(1), id(0)};
    input.accuracy_without[1] = 0.86;  // service 8
    input.accuracy_without[2] = 0.90;  // service 7
    input.accuracy_without[6] = 0.86;  // service 3
    EXPECT_EQ(contribution_scores(input, {}).underperforming, (std::vector{id(7), id(3), id(8)}));
    const auto capped = contribution_scores(input, {.max_flagged = 2});
    EXPECT_EQ(capped.underperforming, (std::vector{id(7), id(3)}));
    EXPECT_FALSE(capped.members[1].underperforming);
    EXPECT_TRUE(capped.members[2].underperforming);
}

TEST(ContributionScore, LiteralThresholdFlagsAllOfTwenty) {
    // Percent shares of 20 members average 5: below "theta = 10 %", all of them.
    const ContributionOptions literal{.qos = qos("literal"),
                                      .functional = {.form = shares("literal")},
                                      .qos_weight = 1,
                                      .threshold = threshold("literal")};
    EXPECT_EQ(contribution_scores(alike(20), literal).underperforming.size(), 20U);
}

TEST(Threshold, RelativeFollowsTheNumberOfMembersLiteralDoesNot) {
    EXPECT_DOUBLE_EQ(threshold("relative, relative_threshold: 0.5")->of(10), 0.05);
    EXPECT_DOUBLE_EQ(threshold("literal, literal_threshold: 7")->of(10), 7);
    EXPECT_DOUBLE_EQ(threshold("literal, literal_threshold: 7")->of(20), 7);
}

TEST(ContributionScore, RecordsCarryTheRoundAndTheFlag) {
    ContributionInput input = alike(10);
    input.accuracy_without[4] = 0.83;
    const auto result = contribution_scores(input, {});
    RoundLog log{sim::Round{7}};
    log.assessed(result);
    const auto& records = log.assessment();
    ASSERT_EQ(records.size(), 10U);
    EXPECT_EQ(records[4].round, 7U);
    EXPECT_EQ(records[4].service, 4U);
    EXPECT_EQ(records[4].underperforming, 1U);
    EXPECT_EQ(records[3].underperforming, 0U);
    EXPECT_DOUBLE_EQ(records[4].threshold, 0.025);
    EXPECT_EQ(records[4].score, result.members[4].score);
}

TEST(ContributionScore, NobodyToAssessIsABug) {
    EXPECT_THROW((void)contribution_scores(alike(0), {}), sim::ContractViolation);
}

TEST(ContributionScore, AMemberTwiceIsABug) {
    ContributionInput input = alike(2);
    input.members[1] = id(0);
    EXPECT_THROW((void)contribution_scores(input, {}), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::composition
