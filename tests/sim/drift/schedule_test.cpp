#include "sim/drift/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

DriftSchedule schedule(const std::vector<DriftOptions>& options, Seed seed = {1}) { return {options, 4, 10, 10, seed}; }

DriftState client(const DriftSchedule& drift, std::uint32_t id, std::uint32_t round) {
    return drift.client(ClientId{id}, Round{round});
}

/// The message of the error that these entries give; empty when there is none.
std::string failure(const std::vector<DriftOptions>& options) {
    try {
        (void)schedule(options);
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
    const DriftSchedule drift = schedule({{.start = 3, .end = 6, .magnitude = 40.0}});
    EXPECT_TRUE(client(drift, 0, 2).none());
    EXPECT_EQ(client(drift, 0, 3).rotation_degrees, 40.0);
    EXPECT_EQ(client(drift, 9, 5).rotation_degrees, 40.0);
    EXPECT_TRUE(client(drift, 0, 6).none());
}

TEST(DriftSchedule, DriftWithoutEndStays) {
    EXPECT_EQ(client(schedule({{.start = 3}}), 0, 100000).rotation_degrees, 30.0);
}

TEST(DriftSchedule, GradualDriftGrowsToItsMagnitude) {
    const DriftSchedule drift =
        schedule({{.pattern = DriftPattern::gradual, .start = 2, .duration = 4, .magnitude = 20.0}});
    EXPECT_EQ(client(drift, 0, 1).rotation_degrees, 0.0);
    EXPECT_EQ(client(drift, 0, 2).rotation_degrees, 5.0);
    EXPECT_EQ(client(drift, 0, 4).rotation_degrees, 15.0);
    EXPECT_EQ(client(drift, 0, 5).rotation_degrees, 20.0);
    EXPECT_EQ(client(drift, 0, 50).rotation_degrees, 20.0);
}

TEST(DriftSchedule, TargetsAreKeptApart) {
    const DriftSchedule drift = schedule({{.target = DriftTarget::services, .ids = {2}}});
    EXPECT_EQ(drift.service(ServiceId{2}, Round{1}).rotation_degrees, 30.0);
    EXPECT_TRUE(drift.service(ServiceId{1}, Round{1}).none());
    EXPECT_TRUE(client(drift, 2, 1).none());
}

TEST(DriftSchedule, ShareIsDrawnOnceFromTheSeed) {
    const auto affected = [](double share, Seed seed) {
        const DriftSchedule drift = schedule({{.share = share}}, seed);
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

TEST(DriftSchedule, RotationsAddAsAnglesAndNoisesAsVariances) {
    const DriftState state = client(schedule({{.magnitude = 30.0},
                                              {.kind = DriftKind::noise, .magnitude = 0.3},
                                              {.magnitude = -10.0},
                                              {.kind = DriftKind::noise, .magnitude = 0.4}}),
                                    0, 1);
    EXPECT_DOUBLE_EQ(state.rotation_degrees, 20.0);
    EXPECT_DOUBLE_EQ(state.noise_deviation, 0.5);
}

TEST(DriftSchedule, SwapsAppendInOrder) {
    const DriftState state =
        client(schedule({{.kind = DriftKind::label_swap, .magnitude = 0.5, .classes = {1, 2, 3, 4}},
                         {.kind = DriftKind::label_swap, .magnitude = 1.0, .classes = {1, 9}}}),
               0, 1);
    EXPECT_EQ(state.swaps, (std::vector<LabelSwap>{{1, 2, 0.5, 0}, {3, 4, 0.5, 0}, {1, 9, 1.0, 1}}));
}

TEST(DriftSchedule, WithoutClassesEveryClassIsMirrored) {
    const DriftState state = client(schedule({{.kind = DriftKind::label_swap, .magnitude = 1.0}}), 0, 1);
    ASSERT_EQ(state.swaps.size(), 5U);
    EXPECT_EQ(state.swaps[0], (LabelSwap{0, 9, 1.0, 0}));
    EXPECT_EQ(state.swaps[4], (LabelSwap{4, 5, 1.0, 0}));
}

TEST(DriftSchedule, ChangesNameStartsAndEnds) {
    const DriftSchedule drift = schedule({{.start = 2}, {.start = 5, .end = 7}, {.start = 7}});
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

TEST(DriftSchedule, EveryRuleAcrossOptionsIsToldWithItsEntry) {
    const DriftOptions good{};
    EXPECT_EQ(failure({good}), "");
    const auto told = [&](const DriftOptions& bad, const std::string& what) {
        const std::string message = failure({good, bad});
        EXPECT_EQ(message.find("drift.1: "), 0U) << message;
        EXPECT_NE(message.find(what), std::string::npos) << message;
    };
    told({.start = 5, .end = 5}, "end is 5");
    told({.kind = DriftKind::noise, .magnitude = -0.1}, "magnitude of noise");
    told({.kind = DriftKind::label_swap, .magnitude = 1.5}, "share in [0, 1]");
    told({.kind = DriftKind::label_swap, .magnitude = 1.0, .classes = {1, 2, 3}}, "pairs");
    told({.kind = DriftKind::label_swap, .magnitude = 1.0, .classes = {1, 10}}, "names 10");
    told({.kind = DriftKind::label_swap, .magnitude = 1.0, .classes = {1, 2, 2, 3}}, "2 twice");
    told({.classes = {1, 2}}, "kind is rotation");
    told({.ids = {10}}, "names 10, of 10 clients");
    told({.target = DriftTarget::services, .ids = {4}}, "names 4, of 4 services");
}

TEST(DriftSchedule, AllProblemsAreToldAtOnce) {
    try {
        (void)schedule({{.ids = {10, 11}}, {.start = 5, .end = 2}});
        FAIL() << "three problems went unnoticed";
    } catch (const InputError& error) {
        EXPECT_EQ(error.problems().size(), 3U);
    }
}

TEST(DriftSchedule, AnUnknownEntityIsABug) {
    const DriftSchedule drift = schedule({{}});
    EXPECT_THROW((void)client(drift, 10, 1), ContractViolation);
    EXPECT_THROW((void)drift.client(ClientId{0}, Round{}), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
