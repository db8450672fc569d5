// The step that adapts services: what it reports, keeps and leaves alone.
#include <algorithm>
#include <cmath>

#include "run/adapted_services.hpp"
#include "run/steps_fixture.hpp"

namespace mlaasim::run {
namespace {

class AdaptTest : public StepsTest {
protected:
    AdaptTest() {
        scenario.model = testing::chosen(fl::architecture_kinds(), "kind: cnn, channels: [4], hidden: [8]");
        scenario.test_time.samples = 10;
        scenario.test_time.composability.threshold = 0.0;
    }
    static sim::Chosen<tta::Technique> technique(const std::string& line) {
        return testing::chosen(tta::technique_kinds(), "technique: " + line, "technique");
    }
    [[nodiscard]] std::int64_t weight_of(const Ids& members) const {
        std::int64_t weight = 0;
        for (const sim::ServiceId member : members) {
            weight += worker->weight(member);
        }
        return weight;
    }
    /// Services 1 and 2 of the members 0 to 3, against the composition of all.
    AdaptStep::Result adapt() {
        train(2, ids({0, 1, 2, 3}));
        before = floats(worker->updates().own(sim::ServiceId{1}));
        const std::size_t memories = 2 * scenario.test_time.techniques().size();
        return AdaptStep{.against = served_model,
                         .services = ids({1, 2}),
                         .weight = weight_of(ids({0, 1, 2, 3})),
                         .remembered = std::vector<std::uint64_t>(memories, 0)}
            .carry_out(*worker);
    }

    std::vector<float> before;
};

TEST_F(AdaptTest, GradientScoresComeWithTechniquesThatHaveALoss) {
    scenario.test_time.technique = technique("tent");
    scenario.test_time.also = {{technique("batch_norm")}, {technique("memo, views: 2")}};
    build();
    const AdaptStep::Result result = adapt();
    ASSERT_EQ(result.size(), 6U) << "by service and technique";
    for (std::size_t i = 0; i < result.size(); ++i) {
        const AdaptationReport& report = result[i].report;
        EXPECT_EQ(report.service, sim::ServiceId{i < 3 ? 1U : 2U});
        EXPECT_EQ(report.technique, i % 3);
        EXPECT_EQ(report.outcome, tta::AttemptOutcome::adapted);
        EXPECT_EQ(report.samples, 30);
        EXPECT_EQ(std::isnan(report.ucs), i % 3 == 1) << "batch statistics have no gradient";
        EXPECT_EQ(std::isnan(report.bnuas), i % 3 == 1);
        if (i % 3 != 1) {
            // Of the same loss on the same samples, at models trained from one start: alike, but not the same.
            EXPECT_GT(report.ucs, 0.5);
            EXPECT_LT(report.ucs, 1.0);
        }
        EXPECT_EQ(report.composable, 1);
    }
    for (const std::size_t service : {0U, 3U}) {
        int integrated = 0;
        for (std::size_t t = 0; t < 3; ++t) {
            integrated += result[service + t].report.integrated;
        }
        EXPECT_EQ(integrated, 1) << "one technique of those that are composable";
    }
    EXPECT_NE(floats(worker->updates().own(sim::ServiceId{1})), before);
}

TEST_F(AdaptTest, WhatDivergesIsReportedAndLeftAlone) {
    scenario.test_time.technique = technique("tent, rate: 1e9");
    build();
    const AdaptStep::Result result = adapt();
    ASSERT_EQ(result.size(), 2U);
    EXPECT_EQ(result[0].report.outcome, tta::AttemptOutcome::diverged);
    EXPECT_EQ(result[0].report.composable, 0);
    EXPECT_TRUE(std::isnan(result[0].report.wdm));
    EXPECT_EQ(floats(worker->updates().own(sim::ServiceId{1})), before);
}

TEST_F(AdaptTest, MemoriesComeAndGoWithTheStep) {
    scenario.test_time.technique = technique("rdumb, entropy: 1, similarity: 1");
    build();
    const AdaptStep::Result first = adapt();
    ASSERT_FALSE(first[0].memory.empty());
    EXPECT_EQ(first[0].memory.front(), 1.0);
    AdaptStep again{.against = served_model, .services = ids({1, 2}), .weight = weight_of(ids({0, 1, 2, 3}))};
    for (const AdaptStep::Adapted& one : first) {
        again.remembered.push_back(one.memory.size());
        again.memories.insert(again.memories.end(), one.memory.begin(), one.memory.end());
    }
    const Order arrived = unpack(pack({.round = sim::Round{2}, .step = again}));
    const AdaptStep::Result second = std::get<AdaptStep>(arrived.step).carry_out(*worker);
    EXPECT_EQ(second[0].memory.front(), 2.0);
    EXPECT_EQ(second[1].memory.front(), 2.0);
}

/// In an average of very many the row that moves it as SAM wants is out of all proportion.
TEST_F(AdaptTest, ARowThatDivergesLeavesTheMemoryAsItWas) {
    scenario.test_time.technique = technique("rdumb, entropy: 1, similarity: 1");
    scenario.test_time.integration = testing::chosen(tta::integration_kinds(), "kind: sam, beta: 0");
    build();
    const AdaptStep::Result first = adapt();
    ASSERT_EQ(first[0].report.integrated, 1);
    const std::vector<float> own = floats(worker->updates().own(sim::ServiceId{1}));
    const AdaptStep::Result second = AdaptStep{.against = served_model,
                                               .services = ids({1}),
                                               .weight = std::int64_t{1} << 50,
                                               .remembered = {first[0].memory.size()},
                                               .memories = first[0].memory}
                                         .carry_out(*worker);
    EXPECT_EQ(second[0].report.outcome, tta::AttemptOutcome::diverged);
    EXPECT_EQ(second[0].report.integrated, 0);
    EXPECT_EQ(second[0].memory, first[0].memory);
    EXPECT_EQ(floats(worker->updates().own(sim::ServiceId{1})), own);
}

/// A quarter of the way in a round, and none where the adapted form is near.
TEST_F(AdaptTest, StepsGoOnUntilTheyHaveArrived) {
    scenario.test_time.technique = technique("batch_norm");
    const auto in_steps = [&](const std::string& arrived) {
        scenario.test_time.integration =
            testing::chosen(tta::integration_kinds(), "kind: steps, share: 0.25, arrived: " + arrived);
        build();
        return adapt()[0].report;
    };
    const AdaptationReport gone = in_steps("0");
    EXPECT_EQ(gone.integrated, 1);
    EXPECT_EQ(gone.arrived, 0);
    EXPECT_NE(floats(worker->updates().own(sim::ServiceId{1})), before);
    const AdaptationReport stayed = in_steps("1000");
    EXPECT_EQ(stayed.integrated, 1);
    EXPECT_EQ(stayed.arrived, 1);
    EXPECT_EQ(floats(worker->updates().own(sim::ServiceId{1})), before);
}

/// Alg. 2: the average of all members is pw_c composition + pw* adapted, the composition being that of the others.
TEST_F(AdaptTest, SamMakesTheNewCompositionThatThePaperPrints) {
    scenario.test_time.technique = technique("batch_norm");
    scenario.test_time.integration = testing::chosen(tta::integration_kinds(), "kind: sam, beta: 0.01");
    build();
    train(2, ids({0, 1, 2, 3}));
    const sim::ModelId performing{first_made_model.value()};
    static_cast<void>(ComposeStep{performing, ids({0, 2, 3})}.carry_out(*worker));
    const std::vector<float> composition = floats(worker->models().parameters(performing));
    sim::AlignedVector<float> adapted = worker->updates().own(sim::ServiceId{1});
    const AdaptStep::Result result = AdaptStep{
        .against = performing,
        .services = ids({1}),
        .weight = weight_of(ids({0, 1, 2, 3})),
        .remembered = {0}}.carry_out(*worker);
    ASSERT_EQ(result[0].report.integrated, 1);
    const sim::ModelId all{first_made_model.value() + 1};
    static_cast<void>(ComposeStep{all, ids({0, 1, 2, 3})}.carry_out(*worker));
    const std::vector<float> composed = floats(worker->models().parameters(all));

    sim::SampleBlock batch;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < 3; ++c) {
        batch.append(world->client_stream(sim::ClientId{c}, sim::Round{2}, indices, 10));
    }
    tta::Memory memory;
    scenario.test_time.technique->adapt(
        world->model(), adapted, memory,
        {.samples = batch, .random = {{1}, sim::Purpose::test, 0, 0}, .adapter = &worker->batch_norm_adapter()});
    double squares = 0.0;
    for (const sim::ParameterBlock& block : world->model().layout().blocks()) {
        for (std::size_t i = block.offset; !block.trainable() && i < block.offset + block.count; ++i) {
            squares += std::pow(static_cast<double>(composition[i]) - static_cast<double>(adapted[i]), 2);
        }
    }
    const double s = std::exp(-0.01 * std::sqrt(squares));
    const double star = s / (1.0 + s);
    for (const sim::ParameterBlock& block : world->model().layout().blocks()) {
        for (std::size_t i = block.offset; i < block.offset + block.count; ++i) {
            const double expected =
                block.trainable() ? composition[i] : (1.0 - star) * composition[i] + star * adapted[i];
            EXPECT_NEAR(composed[i], expected, 1e-4 * std::max(1.0, std::abs(expected))) << block.name;
        }
    }
}

/// The average of an ensemble's parameters is nothing that anybody is served.
TEST_F(AdaptTest, PredictionsAreComparedWithTheVoteWhereMembersVote) {
    scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "aggregation: soft_vote", "aggregation");
    scenario.test_time.technique = technique("memo, views: 2");
    build();
    train(2, ids({0, 1, 2, 3}));
    sim::SampleBlock batch;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < 3; ++c) {
        batch.append(world->client_stream(sim::ClientId{c}, sim::Round{2}, indices, 10));
    }
    const std::vector<float> vote = worker->vote_on(batch, ids({0, 2, 3}));
    const AdaptStep::Result result = AdaptStep{
        .against = served_model,
        .voters = ids({0, 2, 3}),
        .services = ids({1}),
        .weight = weight_of(ids({0, 1, 2, 3})),
        .remembered = {0}}.carry_out(*worker);
    ASSERT_EQ(result[0].report.integrated, 1);
    const std::vector<float> predicted = worker->vote_on(batch, ids({1}));
    double apart = 0.0;
    for (std::size_t i = 0; i < vote.size(); ++i) {
        apart += std::abs(static_cast<double>(vote[i]) - static_cast<double>(predicted[i]));
    }
    EXPECT_NEAR(result[0].report.pdam, 1.0 - 0.5 * apart / static_cast<double>(batch.count()), 1e-6);
}

/// LAME leaves models as they are; the member's votes are adjusted from the order on.
TEST_F(AdaptTest, PredictionsAreAdjustedWhereMembersVote) {
    scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "aggregation: soft_vote", "aggregation");
    scenario.test_time.technique = technique("lame");
    build();
    const AdaptStep::Result result = adapt();
    EXPECT_EQ(result[0].report.integrated, 1);
    EXPECT_EQ(floats(worker->updates().own(sim::ServiceId{1})), before);
    sim::SampleBlock block;
    std::vector<std::uint32_t> indices;
    block.read(world->client_stream(sim::ClientId{0}, sim::Round{2}, indices));
    const std::vector<float> plain = worker->vote_on(block, ids({0, 1}));
    const Order order{.round = sim::Round{2}, .step = AdjustStep{ids({1})}};
    EXPECT_EQ(name_of(order), "adjustment of predictions of round 2");
    static_cast<void>(std::get<AdjustStep>(unpack(pack(order)).step).carry_out(*worker));
    const std::vector<float> adjusted = worker->vote_on(block, ids({0, 1}));
    EXPECT_NE(adjusted, plain);
    const std::vector<float> others = worker->vote_on(block, ids({0, 2}));
    worker->adjust({});
    EXPECT_EQ(worker->vote_on(block, ids({0, 2})), others) << "others' predictions are not";
    EXPECT_EQ(worker->vote_on(block, ids({0, 1})), plain);
}

}  // namespace
}  // namespace mlaasim::run
