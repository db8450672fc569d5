// Clients whose streams have drifted alike: since when, and what their classes were before.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "run/cluster.hpp"
#include "run/coordinator.hpp"
#include "run/steps_fixture.hpp"
#include "sim/core/error.hpp"
#include "sim/data/synthetic_sensors.hpp"
#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

using Integers = std::vector<std::int64_t>;

class SharedServing : public StepsTest {
protected:
    SharedServing() {
        sim::write_cache(folder / "sensors", sim::generate_synthetic_sensors(sim::Seed{1}, 1200, 1500));
        scenario.model = testing::chosen(fl::architecture_kinds(), "kind: cnn1d, channels: [4, 8], hidden: [16]");
        scenario.adaptation.serving =
            testing::chosen(tta::serving_kinds(), "kind: route, share_statistics: true, look_first: true");
        scenario.adaptation.evidence.labels = 0;
        scenario.services.count = 4;
        scenario.clients.stream = 150;
        // Each client has few classes.
        scenario.clients.partition =
            testing::chosen(sim::partition_kinds(), "kind: dirichlet, alpha: 0.2, min_samples: 300");
        scenario.drift = testing::drift_entries(
            {"kind: bias, target: clients, pattern: sudden, start: 5, magnitude: 0.4, ids: [0, 1]",
             "kind: brightness, target: clients, pattern: sudden, start: 8, end: 9, magnitude: 1, ids: [0]"});
        build("sensors");
        for (std::uint32_t round = 1; round <= 4; ++round) {
            train(round);
        }
    }
    void train(std::uint32_t round) { static_cast<void>(StepsTest::train(round, members)); }
    /// As the coordinator keeps them.
    static std::vector<ServedState> states_of(const FitServingStep::Result& reports) {
        std::vector<ServedState> states;
        for (const FitServingStep::Report& report : reports) {
            states.push_back({.client = report.client,
                              .branch = report.decision.branch,
                              .group = report.group,
                              .drifted_since = report.drifted_since,
                              .drifted_last = report.drifted_last});
        }
        return states;
    }

    const Ids members = ids({0, 1, 2, 3});
};

TEST_F(SharedServing, KeepsSinceWhenAStreamHasDrifted) {
    const auto clean = FitServingStep{members}.carry_out(*worker);
    for (const auto& report : clean) {
        EXPECT_FALSE(report.drifted_since.valid()) << report.client.value();
    }
    train(5);
    const auto first = FitServingStep{members, states_of(clean)}.carry_out(*worker);
    train(6);
    const auto second = FitServingStep{members, states_of(first)}.carry_out(*worker);
    for (const std::size_t client : {0, 1}) {
        EXPECT_EQ(first[client].drifted_since, sim::Round{5});
        EXPECT_EQ(first[client].group, first[0].group);
        EXPECT_TRUE(first[client].group.valid());
        EXPECT_EQ(second[client].drifted_since, sim::Round{5}) << "it goes on";
    }
    EXPECT_FALSE(second[2].drifted_since.valid());
    EXPECT_EQ(second[0].drifted_last, sim::Round{6});
    EXPECT_EQ(FitServingStep{members}.carry_out(*worker)[0].drifted_since, sim::Round{6}) << "nobody has looked before";
}

/// The classes that the clients had before count where their windows had not drifted then.
TEST_F(SharedServing, TakesTheMixOfClassesFromBeforeTheDrift) {
    train(6);
    const auto mix_correction = [&](std::uint32_t since) {
        ServingView fresh{*worker, members};
        fresh.fit_mixes();
        const std::vector<DriftedClient> group{{sim::ClientId{0}, sim::Round{since}},
                                               {sim::ClientId{1}, sim::Round{since}}};
        return fresh.shared(group, worker->round())->mix_correction();
    };
    EXPECT_NE(mix_correction(1), tta::MixCorrection::known) << "there is no window before";
    EXPECT_NE(mix_correction(4), tta::MixCorrection::known) << "there are three";
    EXPECT_EQ(mix_correction(5), tta::MixCorrection::known);
}

/// Where a window, or all of them, can't be looked at, it stays known since when a stream has drifted.
TEST_F(SharedServing, ARoundThatCannotBeLookedAtForgetsNothing) {
    train(5);
    const auto first = FitServingStep{members}.carry_out(*worker);
    ASSERT_EQ(first[0].drifted_since, sim::Round{5});
    train(8);
    const auto white = FitServingStep{members, states_of(first)}.carry_out(*worker);
    EXPECT_EQ(white[0].decision.reason, tta::Reason::equal_samples);
    EXPECT_EQ(white[0].drifted_since, sim::Round{5});
    EXPECT_EQ(white[0].drifted_last, sim::Round{5});
    EXPECT_FALSE(white[0].group.valid());
    const auto nobody = FitServingStep{{}, states_of(first)}.carry_out(*worker);
    EXPECT_EQ(nobody[1].decision.reason, tta::Reason::no_reference);
    EXPECT_EQ(nobody[1].drifted_since, sim::Round{5});
    train(9);
    EXPECT_EQ((FitServingStep{members, states_of(white)}.carry_out(*worker)[0].drifted_since), sim::Round{5});
    EXPECT_EQ((FitServingStep{members, states_of(nobody)}.carry_out(*worker)[1].drifted_since), sim::Round{5});
    EXPECT_EQ((FitServingStep{members, states_of(first)}.carry_out(*worker)[0].drifted_since), sim::Round{5})
        << "three rounds without";
    train(10);
    EXPECT_EQ((FitServingStep{members, states_of(first)}.carry_out(*worker)[0].drifted_since), sim::Round{10})
        << "four";
}

TEST_F(SharedServing, ADamagedStateIsRefused) {
    Cluster cluster{*worker, sim::Communicator::serial()};
    Coordinator coordinator{*world, cluster};
    sim::RowBuffer rows;
    static_cast<void>(coordinator.publish(rows));
    for (std::uint32_t round = 1; round <= 5; ++round) {
        static_cast<void>(coordinator.play(sim::Round{round}, rows));
    }
    const sim::Checkpoint whole = coordinator.checkpoint(sim::Round{5});
    ASSERT_EQ(whole.integers("serving.clients"), (Integers{0, 1}));
    ASSERT_EQ(whole.integers("serving.drifted_since"), (Integers{5, 5}));
    EXPECT_NO_THROW(coordinator.restore(whole));
    const std::pair<const char*, Integers> damages[] = {
        {"serving.clients", {1, 0}},        {"serving.clients", {0, 0}},      {"serving.clients", {0, 7}},
        {"serving.drifted_last", {5, 6}},   {"serving.drifted_last", {5, 4}}, {"serving.drifted_since", {0, 5}},
        {"serving.drifted_since", {5, -1}}, {"serving.groups", {-1, 0}},      {"serving.branches", {0, 99}},
        {"serving.drifted_since", {5}},
    };
    for (const auto& [name, values] : damages) {
        sim::Checkpoint damaged = whole;
        damaged.put(name, std::span{values});
        EXPECT_THROW(coordinator.restore(damaged), sim::InputError) << name << " " << ::testing::PrintToString(values);
    }
}

}  // namespace
}  // namespace mlaasim::run
