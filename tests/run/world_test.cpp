#include "run/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "run/world_fixture.hpp"
#include "sim/core/error.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/temporary_folder.hpp"
#include "support/chosen.hpp"
#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

using mlaasim::testing::drift_entries;
using sim::ClientId;
using sim::Round;
using sim::ServiceId;

TEST_F(WorldTest, TrainingAndHoldoutAreDisjointAndComplete) {
    scenario.services.holdout = 0.25;
    const World world = this->world();
    Indices all;
    for (std::uint32_t s = 0; s < 6; ++s) {
        const Indices training = indices_of(world.training_samples(ServiceId{s}, Round{1}));
        const Indices holdout = indices_of(world.holdout_samples(ServiceId{s}, Round{1}));
        EXPECT_EQ(static_cast<std::int64_t>(training.size()), world.training_count(ServiceId{s}));
        EXPECT_EQ(holdout.size(), (training.size() + holdout.size()) / 4);
        all.insert(all.end(), training.begin(), training.end());
        all.insert(all.end(), holdout.begin(), holdout.end());
    }
    std::sort(all.begin(), all.end());
    Indices expected(400);
    std::iota(expected.begin(), expected.end(), 0U);
    EXPECT_EQ(all, expected);
}

TEST_F(WorldTest, AServicesSamplesStayTheSameOverRounds) {
    const World world = this->world();
    const World again = this->world();
    const auto first = indices_of(world.training_samples(ServiceId{2}, Round{1}));
    EXPECT_EQ(indices_of(world.training_samples(ServiceId{2}, Round{9})), first);
    EXPECT_EQ(indices_of(again.training_samples(ServiceId{2}, Round{1})), first);
    scenario.seed = 4;
    EXPECT_NE(indices_of(this->world().training_samples(ServiceId{2}, Round{1})), first);
}

TEST_F(WorldTest, WithoutHoldoutEverythingTrains) {
    scenario.services.holdout = 0.0;
    const World world = this->world();
    EXPECT_TRUE(world.holdout_samples(ServiceId{0}, Round{1}).indices.empty());
    std::int64_t total = 0;
    for (std::uint32_t s = 0; s < 6; ++s) {
        total += world.training_count(ServiceId{s});
    }
    EXPECT_EQ(total, 400);
}

TEST_F(WorldTest, SourcesPointIntoTheOneMappedDataset) {
    const World world = this->world();
    Indices indices;
    const auto training = world.training_samples(ServiceId{0}, Round{1});
    const auto holdout = world.holdout_samples(ServiceId{5}, Round{2});
    const auto streamed = world.client_stream(ClientId{0}, Round{1}, indices);
    EXPECT_EQ(training.pool, holdout.pool);
    EXPECT_EQ(training.pool->values.data(), holdout.pool->values.data());
    EXPECT_EQ(training.pool->count(), 400U);
    EXPECT_EQ(streamed.pool->count(), 120U);
    // Both pools lie in one mapping, the test pool behind the training pool.
    const auto* end = training.pool->values.data() + training.pool->values.size();
    EXPECT_GE(streamed.pool->values.data(), end);
    EXPECT_LT(streamed.pool->values.data(), end + 4096);
    EXPECT_EQ(training.mean, streamed.mean);
    EXPECT_EQ(training.deviation, streamed.deviation);
    EXPECT_EQ(training.round, Round{1});
    EXPECT_EQ(training.seed.value, 3U);
}

TEST_F(WorldTest, StreamsDifferByRoundAndClientAndRepeatExactly) {
    const World world = this->world();
    const World again = this->world();
    EXPECT_EQ(stream(world, 0, 1).size(), 15U);
    EXPECT_NE(stream(world, 0, 1), stream(world, 0, 2));
    EXPECT_NE(stream(world, 0, 1), stream(world, 1, 1));
    EXPECT_EQ(stream(world, 0, 2), stream(again, 0, 2));
}

TEST_F(WorldTest, AStreamIsDrawnFromTheClientsPoolWithoutReplacement) {
    const World drawn = world();
    scenario.clients.stream = 0;
    const World whole = world();
    std::set<std::uint32_t> everything;
    for (std::uint32_t c = 0; c < 3; ++c) {
        const Indices pool = stream(whole, c, 1);
        EXPECT_EQ(pool.size(), 40U);
        EXPECT_EQ(stream(whole, c, 7), pool);  // stream 0: all it has, in every round
        everything.insert(pool.begin(), pool.end());
        std::set<std::uint32_t> seen;
        for (std::uint32_t round = 1; round <= 20; ++round) {
            const Indices samples = stream(drawn, c, round);
            const std::set<std::uint32_t> distinct(samples.begin(), samples.end());
            EXPECT_EQ(distinct.size(), samples.size());
            seen.insert(samples.begin(), samples.end());
        }
        EXPECT_EQ(seen, std::set<std::uint32_t>(pool.begin(), pool.end()));
    }
    EXPECT_EQ(everything.size(), 120U);
}

TEST_F(WorldTest, AStreamLongerThanThePoolIsThePool) {
    scenario.clients.stream = 1000;
    EXPECT_EQ(stream(world(), 1, 4).size(), 40U);
}

TEST_F(WorldTest, ALimitIsTheBeginningOfTheStream) {
    const World world = this->world();
    const Indices whole = stream(world, 2, 3);
    EXPECT_EQ(stream(world, 2, 3, 4), Indices(whole.begin(), whole.begin() + 4));
    EXPECT_EQ(stream(world, 2, 3, 15), whole);
    EXPECT_EQ(stream(world, 2, 3, 99), whole);
}

TEST_F(WorldTest, DriftReachesItsTargetsInItsRounds) {
    scenario.drift = drift_entries({"kind: rotation, start: 3, magnitude: 20, ids: [1]",
                                    "kind: noise, target: services, start: 2, end: 4, magnitude: 0.5, ids: [4]"});
    const World world = this->world();
    Indices indices;
    const auto of_client = [&](std::uint32_t client, std::uint32_t round) {
        return world.client_stream(ClientId{client}, Round{round}, indices).drift;
    };
    EXPECT_TRUE(of_client(1, 2).none());
    ASSERT_EQ(of_client(1, 3).entries.size(), 1U);
    EXPECT_EQ(of_client(1, 3).entries[0].strength, 20.0);
    EXPECT_TRUE(of_client(0, 3).none());
    const auto of_service = [&](std::uint32_t service, std::uint32_t round) {
        const sim::DriftState training = world.training_samples(ServiceId{service}, Round{round}).drift;
        EXPECT_EQ(world.holdout_samples(ServiceId{service}, Round{round}).drift, training);
        return training;
    };
    EXPECT_TRUE(of_service(4, 1).none());
    ASSERT_EQ(of_service(4, 2).entries.size(), 1U);
    EXPECT_EQ(of_service(4, 2).entries[0].entry, 1U);
    EXPECT_EQ(of_service(4, 2).entries[0].strength, 0.5);
    EXPECT_TRUE(of_service(4, 4).none());
    EXPECT_TRUE(of_service(3, 2).none());
}

TEST_F(WorldTest, HistogramCountsTheLabelsAsSwapped) {
    scenario.drift =
        drift_entries({"kind: label_swap, target: services, start: 2, magnitude: 1, classes: [3, 7], ids: [0]",
                       "kind: label_swap, target: services, start: 2, magnitude: 0.5, classes: [0, 1], ids: [1]"});
    const World world = this->world();
    const auto by_reading = [&](std::uint32_t service, std::uint32_t round) {
        sim::SampleBlock block;
        block.read(world.training_samples(ServiceId{service}, Round{round}));
        std::vector<double> counts(10, 0.0);
        for (const std::int64_t label : block.labels()) {
            counts.at(static_cast<std::size_t>(label)) += 1.0;
        }
        return counts;
    };
    for (const std::uint32_t service : {0U, 1U, 2U}) {
        for (const std::uint32_t round : {1U, 2U}) {
            EXPECT_EQ(world.class_histogram(ServiceId{service}, Round{round}), by_reading(service, round));
        }
    }
    auto swapped = world.class_histogram(ServiceId{0}, Round{1});
    ASSERT_NE(swapped[3], swapped[7]);
    std::swap(swapped[3], swapped[7]);
    EXPECT_EQ(world.class_histogram(ServiceId{0}, Round{2}), swapped);
    // Half of the samples of two classes change places: the two together stay.
    const auto before = world.class_histogram(ServiceId{1}, Round{1});
    const auto after = world.class_histogram(ServiceId{1}, Round{2});
    EXPECT_EQ(before[0] + before[1], after[0] + after[1]);
    EXPECT_EQ(std::vector<double>(before.begin() + 2, before.end()),
              std::vector<double>(after.begin() + 2, after.end()));
}

TEST_F(WorldTest, WorkloadByHand) {
    scenario.model = testing::chosen(fl::architecture_kinds(), "kind: mlp, hidden: []");
    scenario.training.epochs = 3;
    scenario.training.batch_size = 32;
    scenario.services.partition->samples = 50;
    scenario.services.holdout = 0.2;
    const World world = this->world();
    const sim::Workload work = world.workload(ServiceId{0});
    EXPECT_DOUBLE_EQ(work.forward_flops, 2 * 784 * 10);
    EXPECT_DOUBLE_EQ(work.training_flops, 3 * 2 * 784 * 10);
    EXPECT_DOUBLE_EQ(work.parameter_bytes, 4 * 7850);
    EXPECT_DOUBLE_EQ(work.activation_bytes, 4 * (784 + 10) * 32);
    EXPECT_DOUBLE_EQ(work.trained_samples, 40 * 3);
    EXPECT_DOUBLE_EQ(work.sample_bytes, 784);
    // Training, and 40 operations for every parameter that is copied and added up.
    EXPECT_DOUBLE_EQ(world.training_cost(ServiceId{0}), 120 * work.training_flops + 40 * 7850);
}

TEST_F(WorldTest, WhatDoesNotFitIsNamed) {
    scenario.services.count = 401;
    EXPECT_THROW(static_cast<void>(world()), sim::InputError);
    scenario.services.count = 6;
    scenario.evaluation.update_memory_mib = 1;
    EXPECT_THROW(static_cast<void>(world()), sim::InputError);  // 6 updates of 50,896 floats are 1.16 MiB
    scenario.services.count = 5;
    EXPECT_NO_THROW(static_cast<void>(world()));
}

}  // namespace
}  // namespace mlaasim::run
