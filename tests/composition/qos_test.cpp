#include "composition/assessment/qos.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

const std::vector<MemberQos> three{{.effectiveness = 0.9, .quality = 0.8, .response_ms = 10, .reliability = 0.9},
                                   {.effectiveness = 0.6, .quality = 0.5, .response_ms = 20, .reliability = 0.8},
                                   {.effectiveness = 0.3, .quality = 0.2, .response_ms = 40, .reliability = 0.5}};

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

TEST(QosScores, DefaultByHand) {
    const auto scores = qos_scores(three, 0.7, std::vector{0.6, 0.7, 0.8}, {});
    EXPECT_NEAR(scores.whole, (0.7 + 0.5 + 10.0 / 40 + std::cbrt(0.36)) / 4, 1e-15);
    EXPECT_NEAR(scores.without[0], (0.6 + 0.35 + 10.0 / 40 + std::sqrt(0.40)) / 4, 1e-15);
    EXPECT_NEAR(scores.without[2], (0.8 + 0.65 + 10.0 / 20 + std::sqrt(0.72)) / 4, 1e-15);
}

TEST(QosScores, MinMaxAndProductByHand) {
    const QosOptions options{.time = TimeScore::min_max, .reliability = ReliabilityScore::product};
    const auto scores = qos_scores(three, 0.7, std::vector{0.6, 0.7, 0.8}, options);
    EXPECT_NEAR(scores.whole, (0.7 + 0.5 + 0.0 + 0.36) / 4, 1e-15);
    EXPECT_NEAR(scores.without[2], (0.8 + 0.65 + (1 - 10.0 / 30) + 0.72) / 4, 1e-15);
}

TEST(QosScores, MembersOwnEffectivenessNeedsNoEvaluation) {
    const auto scores = qos_scores(three, 0.0, {}, {.effectiveness = EffectivenessSource::members});
    EXPECT_NEAR(scores.without[2], (0.75 + 0.65 + 10.0 / 20 + std::sqrt(0.72)) / 4, 1e-15);
}

TEST(QosScores, WeightsSelectTheAttributes) {
    const QosOptions only_quality{.effectiveness_weight = 0, .time_weight = 0, .reliability_weight = 0};
    EXPECT_NEAR(qos_scores(three, 0.7, std::vector{0.6, 0.7, 0.8}, only_quality).without[2], 0.65, 1e-15);
    const QosOptions none{.effectiveness_weight = 0, .quality_weight = 0, .time_weight = 0, .reliability_weight = 0};
    EXPECT_THROW((void)qos_scores(three, 0.7, std::vector{0.6, 0.7, 0.8}, none), sim::InputError);
}

TEST(QosScores, LiteralAveragesLatencyWithScores) {
    const auto scores = qos_scores(three, 0.7, {}, {.form = QosForm::literal});
    const double first = 0.9 + 0.8 + 10 + 0.9;
    const double second = 0.6 + 0.5 + 20 + 0.8;
    const double third = 0.3 + 0.2 + 40 + 0.5;
    EXPECT_NEAR(scores.whole, (first + second + third) / 12, 1e-13);
    EXPECT_NEAR(scores.without[0], (second + third) / 8, 1e-13);
}

TEST(QosScores, NothingLeftHasNoQuality) {
    const std::vector<MemberQos> one{three[0]};
    EXPECT_EQ(qos_scores(one, 0.7, std::vector{0.1}, {}).without[0], 0);
}

TEST(QosScores, AUselessMemberMakesTheWholeUnreliable) {
    std::vector<MemberQos> members = three;
    members[1].reliability = 0;
    const auto scores = qos_scores(members, 0.7, std::vector{0.7, 0.7, 0.7}, {});
    EXPECT_NEAR(scores.whole, (0.7 + 0.5 + 10.0 / 40 + 0) / 4, 1e-15);
    EXPECT_NEAR(scores.without[1], (0.7 + 0.5 + 10.0 / 40 + std::sqrt(0.45)) / 4, 1e-15);
}

TEST(QosContributions, SharesOfAbsoluteChanges) {
    // Changes .3, -.1, .1 of an absolute sum of .5.
    const auto shares = qos_contributions({.whole = 0.5, .without = {0.2, 0.6, 0.4}}, {.noise_floor = 0});
    EXPECT_NEAR(shares[0], 0.6, 1e-15);
    EXPECT_NEAR(shares[1], -0.2, 1e-15);
    EXPECT_NEAR(shares[2], 0.2, 1e-15);
}

TEST(QosContributions, NoiseFloorIsPresumedOfEachMember) {
    // Changes .3, -.1, .1 and .03/3 each: .31, -.09, .11 of .51.
    const auto shares = qos_contributions({.whole = 0.5, .without = {0.2, 0.6, 0.4}}, {.noise_floor = 0.03});
    EXPECT_NEAR(shares[0], 31.0 / 51, 1e-15);
    EXPECT_NEAR(shares[1], -9.0 / 51, 1e-15);
}

TEST(QosContributions, WithoutChangeEveryShareIsTheSame) {
    for (const double floor : {0.0, 0.01}) {
        const auto shares = qos_contributions({.whole = 0.5, .without = {0.5, 0.5, 0.5, 0.5}}, {.noise_floor = floor});
        for (const double share : shares) {
            EXPECT_DOUBLE_EQ(share, 0.25);
        }
    }
}

TEST(QosContributions, LiteralDenominatorOfMeansIsZeroSoSharesAreEqual) {
    // Mean over members: sum_j (Q(M) - Q(M \ j)) = 0 always, eq. 4's 0/0.
    const auto scores = qos_scores(three, 0.7, {}, {.form = QosForm::literal});
    double denominator = 0;
    for (const double without : scores.without) {
        denominator += scores.whole - without;
    }
    EXPECT_NEAR(denominator, 0, 1e-12);
    for (const double share : qos_contributions(scores, {.form = QosForm::literal})) {
        EXPECT_DOUBLE_EQ(share, 100.0 / 3);
    }
}

TEST(QosContributions, LiteralSignFlips) {
    // A negative sum turns the harmful member's share positive: changes .1, -.4 give -33 % and 133 %.
    const auto shares = qos_contributions({.whole = 0.5, .without = {0.4, 0.9}}, {.form = QosForm::literal});
    EXPECT_NEAR(shares[0], -100.0 / 3, 1e-12);
    EXPECT_NEAR(shares[1], 400.0 / 3, 1e-12);
    EXPECT_NEAR(sum(shares), 100, 1e-12);
    const auto sensible = qos_contributions({.whole = 0.5, .without = {0.4, 0.9}}, {.noise_floor = 0});
    EXPECT_NEAR(sensible[0], 0.2, 1e-15);
    EXPECT_NEAR(sensible[1], -0.8, 1e-15);
}

}  // namespace
}  // namespace mlaasim::composition
