// Clients whose streams have drifted alike: since when, and what their classes were before.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "run/steps_fixture.hpp"
#include "sim/data/synthetic_sensors.hpp"
#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

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
            {"kind: bias, target: clients, pattern: sudden, start: 5, magnitude: 0.6, ids: [0, 1]"});
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
    const auto parameters = [&](std::uint32_t since) {
        ServingView fresh{*worker, members};
        fresh.fit_mixes();
        const std::vector<DriftedClient> group{{sim::ClientId{0}, sim::Round{since}},
                                               {sim::ClientId{1}, sim::Round{since}}};
        const auto shared = fresh.shared(group, sim::Round{6})->parameters();
        return std::vector<float>{shared.begin(), shared.end()};
    };
    const std::vector<float> unknown = parameters(6);
    EXPECT_EQ(parameters(1), unknown) << "there is no window before";
    EXPECT_EQ(parameters(4), unknown) << "there are three";
    EXPECT_NE(parameters(5), unknown);
    EXPECT_EQ(parameters(5), parameters(5));
}

}  // namespace
}  // namespace mlaasim::run
