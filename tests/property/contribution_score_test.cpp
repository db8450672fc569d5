#include "composition/assessment/contribution_score.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "composition/assessment/qos/reliability/reliability_score.hpp"
#include "composition/assessment/qos/time/time_score.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

/// A number in [0, 1] with three decimals, ends included.
double share() { return *rc::gen::inRange(0, 1001) / 1000.0; }

ContributionInput any_input(std::uint32_t n) {
    ContributionInput input{.accuracy = share()};
    for (std::uint32_t i = 0; i < n; ++i) {
        input.members.emplace_back(i * 3);
        input.qos.push_back(
            {.effectiveness = share(), .quality = share(), .response_ms = 1 + 100 * share(), .reliability = share()});
        input.accuracy_without.push_back(share());
        input.distances.push_back(10 * share());
    }
    return input;
}

std::uint32_t any_size() { return *rc::gen::inRange<std::uint32_t>(1, 12); }

/// The word of one of the kinds.
template <class T>
std::string any_word(std::span<const sim::Kind<T>> kinds) {
    return std::string{kinds[*rc::gen::inRange<std::size_t>(0, kinds.size())].word};
}

ContributionOptions with_effectiveness(const std::string& source) {
    const std::string floor = *rc::gen::element<std::string>("0", "0.01", "0.1");
    return {.qos = testing::chosen(qos_kinds(),
                                   "form: composition, time: " + any_word(time_score_kinds()) +
                                       ", reliability: " + any_word(reliability_score_kinds()) +
                                       ", effectiveness: " + source + ", noise_floor: " + floor,
                                   "form")};
}

ContributionOptions any_options() {
    return with_effectiveness(*rc::gen::element<std::string>("composed_model", "members"));
}

TEST(ContributionScoreProperty, QosContributionsSumToOneInAbsoluteValue) {
    EXPECT_TRUE(rc::check([] {
        const auto result = contribution_scores(any_input(any_size()), any_options());
        double sum = 0;
        for (const auto& member : result.members) {
            sum += std::abs(member.qos_contribution);
        }
        RC_ASSERT(std::abs(sum - 1) < 1e-12);
    }));
}

TEST(ContributionScoreProperty, FunctionalContributionsAreADistribution) {
    EXPECT_TRUE(rc::check([] {
        const auto result = contribution_scores(any_input(any_size()), any_options());
        double sum = 0;
        for (const auto& member : result.members) {
            RC_ASSERT(member.functional_contribution >= 0);
            sum += member.functional_contribution;
        }
        RC_ASSERT(std::abs(sum - 1) < 1e-12);
    }));
}

TEST(ContributionScoreProperty, NearerMembersContributeMore) {
    EXPECT_TRUE(rc::check([] {
        const auto result = contribution_scores(any_input(any_size()), any_options());
        for (const auto& a : result.members) {
            for (const auto& b : result.members) {
                RC_ASSERT(!(a.distance < b.distance) || a.functional_contribution > b.functional_contribution);
            }
        }
    }));
}

TEST(ContributionScoreProperty, OrderOfMembersChangesNoBit) {
    EXPECT_TRUE(rc::check([] {
        const std::uint32_t n = any_size();
        const auto input = any_input(n);
        const auto options = any_options();
        const auto keys = *rc::gen::container<std::vector<int>>(n, rc::gen::arbitrary<int>());
        std::vector<std::size_t> order(n);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return keys[a] < keys[b]; });
        ContributionInput shuffled{.accuracy = input.accuracy};
        for (const std::size_t i : order) {
            shuffled.members.push_back(input.members[i]);
            shuffled.qos.push_back(input.qos[i]);
            shuffled.accuracy_without.push_back(input.accuracy_without[i]);
            shuffled.distances.push_back(input.distances[i]);
        }
        const auto a = contribution_scores(input, options);
        const auto b = contribution_scores(shuffled, options);
        RC_ASSERT(a.qos == b.qos);
        RC_ASSERT(a.underperforming == b.underperforming);
        for (std::size_t k = 0; k < n; ++k) {
            RC_ASSERT(b.members[k].service == a.members[order[k]].service);
            RC_ASSERT(b.members[k].score == a.members[order[k]].score);
            RC_ASSERT(b.members[k].qos_without == a.members[order[k]].qos_without);
        }
    }));
}

TEST(ContributionScoreProperty, FlaggedAreExactlyThoseBelowTheThresholdWorstFirst) {
    EXPECT_TRUE(rc::check([] {
        const auto result = contribution_scores(any_input(any_size()), any_options());
        std::vector<double> scores;
        for (const auto& member : result.members) {
            const bool listed = std::find(result.underperforming.begin(), result.underperforming.end(),
                                          member.service) != result.underperforming.end();
            RC_ASSERT(listed == (member.score < result.threshold));
            RC_ASSERT(listed == member.underperforming);
        }
        for (const auto id : result.underperforming) {
            scores.push_back(result.members[id.value() / 3].score);
        }
        RC_ASSERT(std::is_sorted(scores.begin(), scores.end()));
    }));
}

TEST(ContributionScoreProperty, QosIsInTheUnitInterval) {
    EXPECT_TRUE(rc::check([] {
        const auto result = contribution_scores(any_input(any_size()), any_options());
        RC_ASSERT(result.qos >= 0 && result.qos <= 1 + 1e-12);
        for (const auto& member : result.members) {
            RC_ASSERT(member.qos_without >= 0 && member.qos_without <= 1 + 1e-12);
        }
    }));
}

TEST(ContributionScoreProperty, ABetterMemberNeverContributesLess) {
    // Raising the accuracy without a member can only lower its contribution.
    EXPECT_TRUE(rc::check([] {
        const std::uint32_t n = any_size();
        RC_PRE(n > 1);
        auto input = any_input(n);
        const ContributionOptions options = with_effectiveness("composed_model");
        const double before = contribution_scores(input, options).members[0].qos_contribution;
        input.accuracy_without[0] += 0.1 + share();
        RC_ASSERT(contribution_scores(input, options).members[0].qos_contribution <= before + 1e-12);
    }));
}

}  // namespace
}  // namespace mlaasim::composition
