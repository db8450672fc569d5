#include "sim/drift/drift_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/corruption/corrupted.hpp"
#include "support/drifting.hpp"

namespace mlaasim::sim {
namespace {

using mlaasim::testing::drifting;

std::vector<double> strengths(const std::vector<CorruptionStep>& steps) {
    std::vector<double> found;
    std::ranges::transform(steps, std::back_inserter(found), &CorruptionStep::strength);
    return found;
}

TEST(DriftState, KeepsTheOrderOfTheSchedule) {
    const DriftState drift = drifting({"kind: noise, magnitude: 0.25", "kind: rotation, magnitude: 0",
                                       "kind: label_swap, magnitude: 0.5", "kind: rotation, magnitude: -7"});
    ASSERT_EQ(drift.entries.size(), 3U) << "an entry that changes nothing is not in force";
    EXPECT_EQ(drift.entries[0].entry, 0U);
    EXPECT_EQ(drift.entries[0].strength, 0.25);
    EXPECT_EQ(drift.entries[1].entry, 2U);
    EXPECT_EQ(drift.entries[1].strength, 0.5);
    EXPECT_EQ(drift.entries[2].entry, 3U);
    EXPECT_EQ(drift.entries[2].strength, -7.0);
}

TEST(DriftState, EntriesOfOneKindAreOneStep) {
    const DriftState drift = drifting({"kind: rotation, magnitude: 30", "kind: noise, magnitude: 0.3",
                                       "kind: rotation, magnitude: -10", "kind: noise, magnitude: 0.4"});
    const std::vector<double> found = strengths(drift.corruptions());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_DOUBLE_EQ(found[0], 20.0);
    EXPECT_DOUBLE_EQ(found[1], 0.5);
}

TEST(DriftState, KindsFollowEachOtherInTheOrderOfTheirList) {
    const DriftState drift =
        drifting({"kind: noise, magnitude: 0.2", "kind: brightness, magnitude: 0.1", "kind: label_swap",
                  "kind: contrast, magnitude: 0.5", "kind: rotation, magnitude: 15"});
    EXPECT_EQ(strengths(drift.corruptions()), (std::vector{15.0, 0.5, 0.1, 0.2}));
}

TEST(DriftState, WhatCancelsOutIsNoStep) {
    EXPECT_TRUE(drifting({"kind: rotation, magnitude: 30", "kind: rotation, magnitude: -30"}).corruptions().empty());
    EXPECT_TRUE(drifting({"kind: label_swap"}).corruptions().empty());
    EXPECT_TRUE(DriftState{}.corruptions().empty());
}

}  // namespace
}  // namespace mlaasim::sim
