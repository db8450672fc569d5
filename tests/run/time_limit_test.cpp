#include "run/time_limit.hpp"

#include <gtest/gtest.h>

namespace mlaasim::run {
namespace {

using namespace std::chrono_literals;

TEST(TimeLimit, NoneLeavesTimeForEverything) {
    TimeLimit limit{std::nullopt};
    limit.round_took(RoundKind::plain, 1h);
    EXPECT_FALSE(limit.exists());
    EXPECT_TRUE(limit.leaves_time_for(RoundKind::plain, 1000h));
}

TEST(TimeLimit, ReservesTheLongestRoundAndTheLongestCommit) {
    TimeLimit limit{100s};
    for (const auto time : {10s, 20s, 15s}) {
        limit.round_took(RoundKind::plain, time);
    }
    EXPECT_FALSE(limit.knows_commit());
    for (const auto time : {1s, 3s, 2s}) {
        limit.commit_took(time);
    }
    EXPECT_TRUE(limit.knows_commit());
    EXPECT_TRUE(limit.leaves_time_for(RoundKind::plain, 77s));
    EXPECT_FALSE(limit.leaves_time_for(RoundKind::plain, 77s + 1ms));
}

TEST(TimeLimit, KnowsKindsOfRoundsApart) {
    TimeLimit limit{100s};
    limit.round_took(RoundKind::plain, 10s);
    EXPECT_EQ(limit.round(RoundKind::assessing), 10s) << "of a kind that was not played yet: the longest of all";
    limit.round_took(RoundKind::assessing, 40s);
    EXPECT_EQ(limit.round(RoundKind::plain), 10s);
    EXPECT_TRUE(limit.leaves_time_for(RoundKind::plain, 90s));
    EXPECT_FALSE(limit.leaves_time_for(RoundKind::assessing, 90s));
}

}  // namespace
}  // namespace mlaasim::run
