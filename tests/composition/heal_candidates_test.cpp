// The strategy that acts on proof: who is tried.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "composition/healing_composition.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;

using HealCandidatesTest = testing::HealingComposition;

TEST_F(HealCandidatesTest, ThoseWhoseDataAreNearestAreTried) {
    laboratory.distance_of = [](sim::ServiceId service) {
        return service == id(5) ? 0.1 : service == id(8) ? 0.0 : 2.0;
    };
    choose("heal, candidates: 2");
    play({});
    Ids ids = tried();
    std::ranges::sort(ids);
    EXPECT_EQ(ids, (Ids{id(5), id(8)}));
    const auto compared = [&] {
        return std::ranges::count_if(laboratory.calls,
                                     [](const std::string& call) { return call.starts_with("data_distances"); });
    };
    EXPECT_EQ(compared(), 1);
    choose("heal, candidates: 2, fingerprints: 0");
    play({});
    EXPECT_EQ(tried().size(), 2U);
    EXPECT_EQ(compared(), 0) << "the bandit draws them";
}

TEST_F(HealCandidatesTest, TheBanditLearnsWhatNearnessIsWorth) {
    // Only the nearest are worth anything, and what services advertise does not tell who that is.
    gain_with = {id(5), id(8)};
    laboratory.distance_of = [&](sim::ServiceId service) { return gain_with.contains(service) ? 0.1 : 3.0; };
    options.bandit.policy = mlaasim::testing::chosen(policy_kinds(), "kind: linucb, alpha: 1");
    choose("heal, candidates: 1, nearness: feature, rest: 0, growth: 1, full_gain: 0.01");
    int near = 0;
    for (int again = 0; again < 30; ++again) {
        membership.members = membership.available = membership.trained = {id(0), id(1), id(2), id(3)};
        play({});
        ASSERT_EQ(tried().size(), 1U);
        near += again >= 20 && gain_with.contains(tried().front()) ? 1 : 0;
    }
    EXPECT_GE(near, 8) << "of ten rounds";
    EXPECT_EQ(std::ranges::count_if(laboratory.calls,
                                    [](const std::string& call) { return call == "data_distances 4 5 6 7 8 9"; }),
              1);

    choose("heal, candidates: 1, nearness: feature, fingerprints: 2");
    play({});
    const auto call = std::ranges::find_if(laboratory.calls,
                                           [](const std::string& each) { return each.starts_with("data_distances"); });
    ASSERT_NE(call, laboratory.calls.end());
    EXPECT_EQ(std::ranges::count(*call, ' '), 2) << "two services are compared: " << *call;
    choose("heal, candidates: 1, nearness: feature, fingerprints: 0");
    play({});
    EXPECT_TRUE(std::ranges::none_of(laboratory.calls,
                                     [](const std::string& each) { return each.starts_with("data_distances"); }));
}

TEST_F(HealCandidatesTest, APredecessorThatWasNotConvictedComesBackFirst) {
    choose("heal, candidates: 1, rest: 9, growth: 1");
    initial = 3;
    only_up({6});
    gain_with = {id(6)};
    gain_without = {id(1)};
    // 1 harms on the round's samples, which convicts nobody.
    assessment.members = {{.service = id(1), .qos_contribution = -0.01}};
    log = RoundLog{round};
    Situation now = situation();
    now.evidence.labels = 200;
    now.initial_members = initial;
    now.up = up;
    membership = carry_out_response(*strategy, now, market, laboratory, log).membership;
    EXPECT_EQ(membership.members, (Ids{id(0), id(6), id(2), id(3)}));

    only_up({1, 4, 5, 7, 8, 9});
    gain_with = {id(1)};
    gain_without = {id(6)};
    round = sim::Round{5};
    play({id(6)});
    EXPECT_EQ(tried(), Ids{id(1)});
    EXPECT_EQ(told(), (std::vector<Told>{{"rollback", 6, 1}}));
    EXPECT_EQ(membership.members, (Ids{id(0), id(1), id(2), id(3)}));
}

TEST_F(HealCandidatesTest, TriesNoMoreThanIsGranted) {
    choose("heal, candidates: 4");
    trials = 2;
    play({});
    EXPECT_EQ(tried().size(), 2U);
    trials = 0;
    gain_without = {id(1)};
    play({id(1)});
    EXPECT_TRUE(laboratory.trials.empty());
    EXPECT_EQ(told(), (std::vector<Told>{{"removal", 1, -1}}));
}

TEST_F(HealCandidatesTest, MembersRestingAndDownServicesAreNotTried) {
    only_up({0, 1, 2, 3, 4, 9});
    play({});
    Ids ids = tried();
    std::ranges::sort(ids);
    EXPECT_EQ(ids, (Ids{id(4), id(9)}));
}

TEST_F(HealCandidatesTest, TheBanditEarnsWhatItsArmsAreWorth) {
    only_up({4, 5, 6});
    gain_with = {id(5)};
    laboratory.outages = {id(6)};
    play({});
    std::map<std::uint32_t, double> rewards;
    for (const auto& arm : log.bandit()) {
        rewards[arm.service] = arm.reward;
    }
    EXPECT_DOUBLE_EQ(rewards.at(5), 0.75) << "1/2 + .01 / (2 x .02)";
    EXPECT_DOUBLE_EQ(rewards.at(4), 0.25);
    EXPECT_EQ(rewards.at(6), 0.0) << "its trial failed";
}

}  // namespace
}  // namespace mlaasim::composition
