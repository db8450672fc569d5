#include "composition/assessment/qos/qos.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "sim/core/error.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

const std::vector<MemberQos> three{{.effectiveness = 0.9, .quality = 0.8, .response_ms = 10, .reliability = 0.9},
                                   {.effectiveness = 0.6, .quality = 0.5, .response_ms = 20, .reliability = 0.8},
                                   {.effectiveness = 0.3, .quality = 0.2, .response_ms = 40, .reliability = 0.5}};

/// "composition, time: min_max"
sim::Chosen<QosForm> qos(const std::string& form = "composition") {
    return mlaasim::testing::chosen(qos_kinds(), "form: " + form, "form");
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

TEST(QosScores, DefaultByHand) {
    const auto scores = qos()->scores(three, 0.7, std::vector{0.6, 0.7, 0.8});
    EXPECT_NEAR(scores.whole, (0.7 + 0.5 + 10.0 / 40 + std::cbrt(0.36)) / 4, 1e-15);
    EXPECT_NEAR(scores.without[0], (0.6 + 0.35 + 10.0 / 40 + std::sqrt(0.40)) / 4, 1e-15);
    EXPECT_NEAR(scores.without[2], (0.8 + 0.65 + 10.0 / 20 + std::sqrt(0.72)) / 4, 1e-15);
}

TEST(QosScores, MinMaxAndProductByHand) {
    const auto scores =
        qos("composition, time: min_max, reliability: product")->scores(three, 0.7, std::vector{0.6, 0.7, 0.8});
    EXPECT_NEAR(scores.whole, (0.7 + 0.5 + 0.0 + 0.36) / 4, 1e-15);
    EXPECT_NEAR(scores.without[2], (0.8 + 0.65 + (1 - 10.0 / 30) + 0.72) / 4, 1e-15);
}

TEST(QosScores, MembersOwnEffectivenessNeedsNoEvaluation) {
    const auto scores = qos("composition, effectiveness: members")->scores(three, 0.0, {});
    EXPECT_NEAR(scores.without[2], (0.75 + 0.65 + 10.0 / 20 + std::sqrt(0.72)) / 4, 1e-15);
}

TEST(QosScores, WeightsSelectTheAttributes) {
    const auto only_quality = qos("composition, effectiveness_weight: 0, time_weight: 0, reliability_weight: 0");
    EXPECT_NEAR(only_quality->scores(three, 0.7, std::vector{0.6, 0.7, 0.8}).without[2], 0.65, 1e-15);
    const auto none =
        qos("composition, effectiveness_weight: 0, quality_weight: 0, time_weight: 0, reliability_weight: 0");
    EXPECT_THROW(none->check(), sim::InputError);
    EXPECT_THROW((void)none->scores(three, 0.7, std::vector{0.6, 0.7, 0.8}), sim::InputError);
}

TEST(QosScores, LiteralAveragesLatencyWithScores) {
    const auto scores = qos("literal")->scores(three, 0.7, {});
    const double first = 0.9 + 0.8 + 10 + 0.9;
    const double second = 0.6 + 0.5 + 20 + 0.8;
    const double third = 0.3 + 0.2 + 40 + 0.5;
    EXPECT_NEAR(scores.whole, (first + second + third) / 12, 1e-13);
    EXPECT_NEAR(scores.without[0], (second + third) / 8, 1e-13);
}

TEST(QosScores, NothingLeftHasNoQuality) {
    const std::vector<MemberQos> one{three[0]};
    EXPECT_EQ(qos()->scores(one, 0.7, std::vector{0.1}).without[0], 0);
}

TEST(QosScores, AUselessMemberMakesTheWholeUnreliable) {
    std::vector<MemberQos> members = three;
    members[1].reliability = 0;
    const auto scores = qos()->scores(members, 0.7, std::vector{0.7, 0.7, 0.7});
    EXPECT_NEAR(scores.whole, (0.7 + 0.5 + 10.0 / 40 + 0) / 4, 1e-15);
    EXPECT_NEAR(scores.without[1], (0.7 + 0.5 + 10.0 / 40 + std::sqrt(0.45)) / 4, 1e-15);
}

TEST(QosContributions, SharesOfAbsoluteChanges) {
    // Changes .3, -.1, .1 of an absolute sum of .5.
    const auto shares = qos("composition, noise_floor: 0")->contributions({.whole = 0.5, .without = {0.2, 0.6, 0.4}});
    EXPECT_NEAR(shares[0], 0.6, 1e-15);
    EXPECT_NEAR(shares[1], -0.2, 1e-15);
    EXPECT_NEAR(shares[2], 0.2, 1e-15);
}

TEST(QosContributions, NoiseFloorIsPresumedOfEachMember) {
    // Changes .3, -.1, .1 and .03/3 each: .31, -.09, .11 of .51.
    const auto shares =
        qos("composition, noise_floor: 0.03")->contributions({.whole = 0.5, .without = {0.2, 0.6, 0.4}});
    EXPECT_NEAR(shares[0], 31.0 / 51, 1e-15);
    EXPECT_NEAR(shares[1], -9.0 / 51, 1e-15);
}

TEST(QosContributions, WithoutChangeEveryShareIsTheSame) {
    for (const std::string floor : {"0", "0.01"}) {
        const auto shares =
            qos("composition, noise_floor: " + floor)->contributions({.whole = 0.5, .without = {0.5, 0.5, 0.5, 0.5}});
        for (const double share : shares) {
            EXPECT_DOUBLE_EQ(share, 0.25);
        }
    }
}

TEST(QosContributions, LiteralDenominatorOfMeansIsZeroSoSharesAreEqual) {
    // Mean over members: sum_j (Q(M) - Q(M \ j)) = 0 always, eq. 4's 0/0.
    const auto scores = qos("literal")->scores(three, 0.7, {});
    double denominator = 0;
    for (const double without : scores.without) {
        denominator += scores.whole - without;
    }
    EXPECT_NEAR(denominator, 0, 1e-12);
    const auto shares = qos("literal")->contributions(scores);
    for (const double share : shares) {
        EXPECT_DOUBLE_EQ(share, 100.0 / 3);
    }
}

TEST(QosContributions, LiteralSignFlips) {
    // A negative sum turns the harmful member's share positive: changes .1, -.4 give -33 % and 133 %.
    const auto shares = qos("literal")->contributions({.whole = 0.5, .without = {0.4, 0.9}});
    EXPECT_NEAR(shares[0], -100.0 / 3, 1e-12);
    EXPECT_NEAR(shares[1], 400.0 / 3, 1e-12);
    EXPECT_NEAR(sum(shares), 100, 1e-12);
    const auto sensible = qos("composition, noise_floor: 0")->contributions({.whole = 0.5, .without = {0.4, 0.9}});
    EXPECT_NEAR(sensible[0], 0.2, 1e-15);
    EXPECT_NEAR(sensible[1], -0.8, 1e-15);
}

}  // namespace
}  // namespace mlaasim::composition
