// Clients that are served by more than the composition alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "run/round_steps.hpp"
#include "run/steps_fixture.hpp"
#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

class ServingTest : public StepsTest {
protected:
    ServingTest() {
        sim::write_cache(folder / "more digits", sim::generate_synthetic_digits(sim::Seed{1}, 1000, 400));
        scenario.model = testing::chosen(fl::architecture_kinds(), "kind: cnn, channels: [4, 4], hidden: [8]");
        scenario.adaptation.serving = testing::chosen(tta::serving_kinds(), "kind: route");
        scenario.services.count = 5;
        scenario.clients.stream = 60;
        scenario.adaptation.evidence.labels = 0;
    }

    /// Rounds in which the members train. The world is that of the scenario as it is now.
    void train(std::uint32_t rounds) {
        build("more digits");
        for (std::uint32_t round = 1; round <= rounds; ++round) {
            static_cast<void>(StepsTest::train(round, members));
        }
    }

    [[nodiscard]] sim::SampleBlock window(std::uint32_t client, std::uint32_t round) const {
        sim::SampleBlock block;
        std::vector<std::uint32_t> indices;
        block.read(world->client_stream(sim::ClientId{client}, sim::Round{round}, indices));
        return block;
    }

    const Ids members = ids({0, 1, 2, 3});
};

TEST_F(ServingTest, ReferenceIsWhatMembersHoldOutOrElseTrainOn) {
    train(0);
    const sim::SampleBlock held_out = reference_samples(*world, sim::Round{1}, members);
    std::size_t expected = 0;
    for (const sim::ServiceId member : members) {
        expected += std::min<std::size_t>(256, world->holdout_samples(member, sim::Round{1}).indices.size());
    }
    EXPECT_EQ(held_out.count(), expected);
    sim::SampleBlock first;
    first.read(world->holdout_samples(sim::ServiceId{0}, sim::Round{1}));
    EXPECT_TRUE(std::equal(first.sample(0), first.sample(0) + first.stride(), held_out.sample(0)));

    scenario.services.holdout = 0.0;
    train(0);
    EXPECT_EQ(reference_samples(*world, sim::Round{1}, members).count(), 4U * 200U);
    EXPECT_EQ(reference_samples(*world, sim::Round{1}, {}).count(), 0U);
}

/// The gate and what clean windows gain are found once for a composition, not once a step.
TEST_F(ServingTest, ViewLastsAsLongAsTheComposition) {
    train(1);
    ServingView& view = worker->serving_view(members);
    view.fit_gate();
    EXPECT_NE(worker->serving_view(members).composition().gate, nullptr);
    EXPECT_EQ(worker->serving_view({sim::ServiceId{0}}).composition().gate, nullptr);
    worker->serving_view(members).fit_gate();
    static_cast<void>(ServeStep{served_model}.carry_out(*worker));
    EXPECT_EQ(worker->serving_view(members).composition().gate, nullptr);
    worker->serving_view(members).fit_gate();
    worker->enter(sim::Round{2});
    EXPECT_EQ(worker->serving_view(members).composition().gate, nullptr);
}

TEST_F(ServingTest, WithoutStatesEverybodyIsServedPlainly) {
    train(1);
    const Scores scores = EvaluateStep{members, {}}.carry_out(*worker);
    for (std::size_t client = 0; client < 3; ++client) {
        EXPECT_TRUE(std::ranges::equal(scores.served[client].counts(), scores.plain[client].counts()));
        EXPECT_EQ(scores.served[client].loss_sum(), scores.plain[client].loss_sum());
        EXPECT_EQ(scores.served[client].total(), 60);
    }
}

TEST_F(ServingTest, AlignedClientsGetTheirImagesTurnedBack) {
    train(2);
    const ServedState state{.angle = 30.0, .client = sim::ClientId{1}, .branch = tta::Branch::aligned};
    const Scores plain = EvaluateStep{members, {}}.carry_out(*worker);
    const Scores scores = EvaluateStep{members, {state}}.carry_out(*worker);
    for (const std::size_t client : {0U, 2U}) {
        EXPECT_EQ(scores.served[client].loss_sum(), plain.served[client].loss_sum());
    }
    EXPECT_EQ(scores.plain[1].loss_sum(), plain.plain[1].loss_sum());
    const sim::SampleBlock samples = window(1, 2);
    sim::SampleBlock turned;
    turned.turn(samples, samples.count(), -30.0, -world->data().mean / world->data().deviation);
    const fl::Confusion expected = worker->evaluator().evaluate(worker->models().parameters(served_model), turned);
    EXPECT_TRUE(std::ranges::equal(scores.served[1].counts(), expected.counts()));
    EXPECT_EQ(scores.served[1].loss_sum(), expected.loss_sum());
    EXPECT_NE(scores.served[1].loss_sum(), scores.plain[1].loss_sum());
}

/// Members are judged on what clients get: what alignment mends is no fault of theirs.
TEST_F(ServingTest, AssessmentsSeeLabelledSamplesAsTheyAreServed) {
    scenario.adaptation.evidence.labels = 60;
    train(2);
    const std::vector<sim::SampleBlock> before = worker->assessment_blocks();
    const ServedState aligned{.angle = 30.0, .client = sim::ClientId{1}, .branch = tta::Branch::aligned};
    const ServedState adapted{.client = sim::ClientId{2}, .branch = tta::Branch::adapted};
    static_cast<void>(LabelledAsServedStep{{aligned, adapted}}.carry_out(*worker));
    const std::vector<sim::SampleBlock>& after = worker->assessment_blocks();
    sim::SampleBlock turned;
    turned.turn(before[1], before[1].count(), -30.0, -world->data().mean / world->data().deviation);
    for (const std::size_t client : {0U, 1U, 2U}) {
        const sim::SampleBlock& expected = client == 1 ? turned : before[client];
        ASSERT_GT(expected.count(), 0U);
        ASSERT_EQ(after[client].count(), expected.count());
        EXPECT_TRUE(std::ranges::equal(after[client].labels(), expected.labels()));
        EXPECT_TRUE(std::equal(expected.sample(0), expected.sample(0) + expected.count() * expected.stride(),
                               after[client].sample(0)));
    }
    worker->enter(sim::Round{3});
    sim::SampleBlock next;
    std::vector<std::uint32_t> indices;
    next.read(world->assessment_samples(sim::ClientId{1}, sim::Round{3}, indices));
    EXPECT_TRUE(std::equal(next.sample(0), next.sample(0) + next.count() * next.stride(),
                           worker->assessment_blocks()[1].sample(0)));
}

/// Flagged samples get other predictions, the others the same, and no sample is lost.
TEST_F(ServingTest, AdaptedClientsAreScoredOnAllTheirSamples) {
    scenario.drift = testing::drift_entries(
        {"kind: brightness, target: clients, pattern: sudden, start: 1, magnitude: 0.5, ids: [2]"});
    train(2);
    const ServedState state{.client = sim::ClientId{2}, .branch = tta::Branch::adapted};
    const Scores plain = EvaluateStep{members, {}}.carry_out(*worker);
    const Scores scores = EvaluateStep{members, {state}}.carry_out(*worker);
    EXPECT_EQ(scores.served[2].total(), 60);
    EXPECT_TRUE(std::ranges::equal(scores.plain[2].counts(), plain.plain[2].counts()));
    EXPECT_NEAR(scores.plain[2].loss_sum(), plain.plain[2].loss_sum(), 1e-3);
    EXPECT_NE(scores.served[2].loss_sum(), scores.plain[2].loss_sum());
    EXPECT_EQ(scores.served[0].loss_sum(), plain.served[0].loss_sum());
}

/// The window before was clean, so nothing is known of the one that is served, unless it was looked at first.
TEST_F(ServingTest, WhatWasLookedAtFirstIsServedByWhatItShowsItself) {
    scenario.drift = testing::drift_entries(
        {"kind: brightness, target: clients, pattern: sudden, start: 2, magnitude: 0.5, ids: [2]"});
    train(2);
    const std::vector<ServedState> states{{.client = sim::ClientId{2}, .branch = tta::Branch::adapted}};
    const Scores later = EvaluateStep{.members = members, .states = states}.carry_out(*worker);
    const Scores first = EvaluateStep{.members = members, .states = states, .looked_first = true}.carry_out(*worker);
    EXPECT_EQ(first.plain[2].total(), 60);
    EXPECT_NEAR(first.plain[2].loss_sum(), later.plain[2].loss_sum(), 1e-3);
    EXPECT_NE(first.served[2].loss_sum(), later.served[2].loss_sum());
    EXPECT_LT(first.served[2].loss_sum(), first.plain[2].loss_sum());
}

/// A fit that overflows is no way to serve, and nobody learns of it but from who says so.
TEST_F(ServingTest, ClientWhoseAdaptationDivergesIsServedPlainlyAndNamed) {
    scenario.drift = testing::drift_entries(
        {"kind: brightness, target: clients, pattern: sudden, start: 1, magnitude: 0.5, ids: [1, 2]"});
    train(2);
    const auto blocks = world->model().layout().blocks();
    const auto mean =
        std::ranges::find(blocks.rbegin(), blocks.rend(), sim::ParameterKind::bn_mean, &sim::ParameterBlock::kind);
    ASSERT_NE(mean, blocks.rend());
    NamedModel& served = worker->models().make(served_model);
    std::ranges::fill(world->model().layout().view(std::span<float>{served.parameters}, *mean), 1e30F);
    const std::vector<ServedState> states{{.client = sim::ClientId{1}, .branch = tta::Branch::adapted},
                                          {.client = sim::ClientId{2}, .branch = tta::Branch::adapted}};
    const Scores scores = EvaluateStep{members, states}.carry_out(*worker);
    EXPECT_EQ(scores.diverged, (std::vector{sim::ClientId{1}, sim::ClientId{2}}));
    EXPECT_EQ(scores.served[1].total(), 60);
    EXPECT_TRUE(std::ranges::equal(scores.served[1].counts(), scores.plain[1].counts()));
    EXPECT_TRUE((EvaluateStep{members, {}}.carry_out(*worker).diverged.empty()));
}

/// A client that streams what the providers have: the gate has nothing to flag, or too little.
TEST_F(ServingTest, FindsOutAboutEachClient) {
    scenario.drift = testing::drift_entries(
        {"kind: brightness, target: clients, pattern: sudden, start: 1, magnitude: 0.5, ids: [2]"});
    train(3);
    const auto reports = FitServingStep{members}.carry_out(*worker);
    ASSERT_EQ(reports.size(), 3U);
    for (std::uint32_t client = 0; client < 3; ++client) {
        EXPECT_EQ(reports[client].client, sim::ClientId{client});
        EXPECT_EQ(reports[client].decision.samples, 60);
        EXPECT_EQ(reports[client].decision.branch == tta::Branch::adapted, client == 2);
    }
    EXPECT_GT(reports[2].decision.flagged, 0.9);
    const auto again = FitServingStep{members}.carry_out(*worker);
    EXPECT_EQ(again[1].decision.angle, reports[1].decision.angle);
    EXPECT_EQ(again[1].decision.clean_gain, reports[1].decision.clean_gain);
}

TEST_F(ServingTest, VotesAndModelsWithoutBatchNormAreServed) {
    scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "aggregation: soft_vote", "aggregation");
    scenario.model = testing::chosen(fl::architecture_kinds(), "kind: mlp, hidden: [8]");
    train(0);
    worker->enter(sim::Round{1});
    static_cast<void>(
        TrainStep{.start = StartFrom::own, .keep = Keep::yes, .becomes = served_model, .services = members}.carry_out(
            *worker));
    const auto reports = FitServingStep{members}.carry_out(*worker);
    ASSERT_EQ(reports.size(), 3U);
    EXPECT_FALSE(std::isnan(reports[0].decision.angle));
    const ServedState state{.angle = 20.0, .client = sim::ClientId{0}, .branch = tta::Branch::aligned};
    const Scores scores = EvaluateStep{members, {state}}.carry_out(*worker);
    EXPECT_EQ(scores.served[0].total(), 60);
    EXPECT_NE(scores.served[0].loss_sum(), scores.plain[0].loss_sum());
}

/// Members and clients that lack classes: each is served with numbers, and the gate has no part in the classes.
TEST_F(ServingTest, ClientsThatLackClassesAreServed) {
    scenario.adaptation.serving =
        testing::chosen(tta::serving_kinds(), "kind: route, keep_classes: true, class_mix: true, restore: true");
    for (auto* const partition : {&scenario.services.partition, &scenario.clients.partition}) {
        *partition = testing::chosen(sim::partition_kinds(), "kind: dirichlet, alpha: 0.05, min_samples: 40");
    }
    scenario.clients.stream = 200;
    scenario.drift = testing::drift_entries(
        {"kind: brightness, target: clients, pattern: sudden, start: 1, magnitude: 0.5, sample_share: 0.5"});
    train(3);
    std::vector<ServedState> states;
    for (std::uint32_t client = 0; client < 3; ++client) {
        const sim::SampleBlock samples = window(client, 3);
        const std::set<std::int64_t> met{samples.labels().begin(), samples.labels().end()};
        ASSERT_LT(met.size(), 10U) << client;
        states.push_back({.client = sim::ClientId{client}, .branch = tta::Branch::adapted});
    }
    const auto reports = FitServingStep{members}.carry_out(*worker);
    ASSERT_EQ(reports.size(), 3U);
    for (const auto& report : reports) {
        EXPECT_GT(report.decision.flagged, 0.1);
        EXPECT_NE(report.decision.reason, tta::Reason::diverged);
    }
    const Scores scores = EvaluateStep{members, states}.carry_out(*worker);
    EXPECT_TRUE(scores.diverged.empty());
    for (std::size_t client = 0; client < 3; ++client) {
        EXPECT_EQ(scores.served[client].total(),
                  static_cast<std::int64_t>(window(static_cast<std::uint32_t>(client), 3).count()));
        const auto metrics = scores.served[client].metrics();
        for (const double value : {scores.served[client].loss_sum(), metrics.precision, metrics.recall, metrics.f1}) {
            EXPECT_TRUE(std::isfinite(value)) << client;
        }
        EXPECT_NE(scores.served[client].loss_sum(), scores.plain[client].loss_sum());
    }
}

TEST_F(ServingTest, ItsStepIsPlannedWhereItLooks) {
    train(0);
    EXPECT_EQ(steps_of_round(*world, members).size(), 3U);
    EXPECT_GT(FitServingStep{members}.costs(*world, 2).front().predictions, 0.0);
    scenario.adaptation.serving = testing::chosen(tta::serving_kinds(), "kind: plain");
    train(0);
    EXPECT_EQ(steps_of_round(*world, members).size(), 2U);
}

}  // namespace
}  // namespace mlaasim::run
