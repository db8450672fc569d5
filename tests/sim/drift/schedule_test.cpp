#include "sim/drift/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "support/drifting.hpp"

namespace mlaasim::sim {
namespace {

using mlaasim::testing::drift_entries;

DriftSchedule schedule(std::initializer_list<std::string> entries, Seed seed = {1}) {
    return {drift_entries(entries), 4, 10, 10, seed};
}

DriftState client(const DriftSchedule& drift, std::uint32_t id, std::uint32_t round) {
    return drift.client(ClientId{id}, Round{round});
}

/// The strength of the only entry that is in force; 0 when none is.
double strength(const DriftState& state) {
    EXPECT_LE(state.entries.size(), 1U);
    return state.none() ? 0.0 : state.entries.front().strength;
}

/// The message of the error that these entries give; empty when there is none.
std::string failure(std::initializer_list<std::string> entries) {
    try {
        (void)schedule(entries);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(DriftSchedule, WithoutEntriesNothingDrifts) {
    const DriftSchedule drift = schedule({});
    EXPECT_TRUE(client(drift, 0, 5).none());
    EXPECT_TRUE(drift.service(ServiceId{3}, Round{0}).none());
    EXPECT_TRUE(drift.changes(Round{1}).empty());
}

TEST(DriftSchedule, SuddenDriftHasItsFullMagnitudeFromStartToEnd) {
    const DriftSchedule drift = schedule({"start: 3, end: 6, magnitude: 40"});
    EXPECT_TRUE(client(drift, 0, 2).none());
    EXPECT_EQ(strength(client(drift, 0, 3)), 40.0);
    EXPECT_EQ(strength(client(drift, 9, 5)), 40.0);
    EXPECT_TRUE(client(drift, 0, 6).none());
}

TEST(DriftSchedule, DriftWithoutEndStays) { EXPECT_EQ(strength(client(schedule({"start: 3"}), 0, 100000)), 30.0); }

TEST(DriftSchedule, GradualDriftGrowsToItsMagnitude) {
    const DriftSchedule drift = schedule({"pattern: gradual, start: 2, duration: 4, magnitude: 20"});
    EXPECT_EQ(strength(client(drift, 0, 1)), 0.0);
    EXPECT_EQ(strength(client(drift, 0, 2)), 5.0);
    EXPECT_EQ(strength(client(drift, 0, 4)), 15.0);
    EXPECT_EQ(strength(client(drift, 0, 5)), 20.0);
    EXPECT_EQ(strength(client(drift, 0, 50)), 20.0);
}

TEST(DriftSchedule, TargetsAreKeptApart) {
    const DriftSchedule drift = schedule({"target: services, ids: [2]"});
    EXPECT_EQ(strength(drift.service(ServiceId{2}, Round{1})), 30.0);
    EXPECT_TRUE(drift.service(ServiceId{1}, Round{1}).none());
    EXPECT_TRUE(client(drift, 2, 1).none());
}

TEST(DriftSchedule, ShareIsDrawnOnceFromTheSeed) {
    const auto affected = [](double share, Seed seed) {
        const DriftSchedule drift = schedule({"share: " + std::to_string(share)}, seed);
        std::vector<bool> found;
        for (std::uint32_t id = 0; id < 10; ++id) {
            EXPECT_EQ(client(drift, id, 1), client(drift, id, 9));
            found.push_back(!client(drift, id, 1).none());
        }
        return found;
    };
    const auto count = [&](double share) { return std::ranges::count(affected(share, Seed{1}), true); };
    EXPECT_EQ(count(0.0), 0);
    EXPECT_EQ(count(0.01), 1);
    EXPECT_EQ(count(0.3), 3);
    EXPECT_EQ(count(1.0), 10);
    EXPECT_EQ(affected(0.5, Seed{1}), affected(0.5, Seed{1}));
    EXPECT_NE(affected(0.5, Seed{1}), affected(0.5, Seed{2}));
}

TEST(DriftSchedule, ChangesNameStartsAndEnds) {
    const DriftSchedule drift = schedule({"start: 2", "start: 5, end: 7", "start: 7"});
    EXPECT_TRUE(drift.changes(Round{1}).empty());
    ASSERT_EQ(drift.changes(Round{2}).size(), 1U);
    EXPECT_EQ(drift.changes(Round{2})[0].entry, 0U);
    const auto seventh = drift.changes(Round{7});
    ASSERT_EQ(seventh.size(), 2U);
    EXPECT_EQ(seventh[0].entry, 1U);
    EXPECT_FALSE(seventh[0].starts);
    EXPECT_EQ(seventh[1].entry, 2U);
    EXPECT_TRUE(seventh[1].starts);
}

TEST(DriftSchedule, ChangesNameEveryReturn) {
    const DriftSchedule drift = schedule({"pattern: recurring, period: 4, active: 1, start: 2, end: 9"});
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> ends;
    for (std::uint32_t round = 0; round < 15; ++round) {
        for (const DriftSchedule::Change& change : drift.changes(Round{round})) {
            (change.starts ? starts : ends).push_back(round);
        }
    }
    EXPECT_EQ(starts, (std::vector<std::uint32_t>{2, 6}));
    EXPECT_EQ(ends, (std::vector<std::uint32_t>{3, 7}));
}

TEST(DriftSchedule, ADriftOfTheSetUpStartsInRoundZero) {
    const auto changes = schedule({"start: 0"}).changes(Round{0});
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_TRUE(changes.front().starts);
}

TEST(DriftSchedule, EveryRuleAcrossOptionsIsToldWithItsEntry) {
    const std::string good = "start: 1";
    EXPECT_EQ(failure({good}), "");
    const auto told = [&](const std::string& bad, const std::string& what) {
        const std::string message = failure({good, bad});
        EXPECT_EQ(message.find("drift.1: "), 0U) << message;
        EXPECT_NE(message.find(what), std::string::npos) << message;
    };
    told("start: 5, end: 5", "end is 5");
    told("kind: label_swap, classes: [1, 2, 3]", "pairs");
    told("kind: label_swap, classes: [1, 10]", "names 10");
    told("kind: label_swap, classes: [1, 2, 2, 3]", "2 twice");
    told("pattern: recurring, period: 4, active: 4", "active is 4, period is 4");
    told("ids: [10]", "names 10, of 10 clients");
    told("target: services, ids: [4]", "names 4, of 4 services");
}

TEST(DriftSchedule, AllProblemsAreToldAtOnce) {
    try {
        (void)schedule({"ids: [10, 11]", "start: 5, end: 2"});
        FAIL() << "three problems went unnoticed";
    } catch (const InputError& error) {
        ASSERT_EQ(error.problems().size(), 3U);
        EXPECT_EQ(error.problems()[0].path, "0.ids");
        EXPECT_EQ(error.problems()[2].path, "1.end");
    }
}

TEST(DriftSchedule, AnUnknownEntityIsABug) {
    const DriftSchedule drift = schedule({"start: 1"});
    EXPECT_THROW((void)client(drift, 10, 1), ContractViolation);
    EXPECT_THROW((void)drift.client(ClientId{0}, Round{}), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
