#include "fl/evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"
#include "sim/error.hpp"

namespace mlaasim::fl {
namespace {

using Floats = std::vector<float>;

constexpr sim::SampleShape shape{1, 6, 6};
constexpr std::uint32_t classes = 5;

class Evaluation : public ::testing::TestWithParam<ModelKind> {
protected:
    const Model model{{.kind = GetParam(), .channels = {3}, .hidden = {8}}, shape, classes};
    const testing::TestPool pool{shape, classes, testing::random_samples(shape, classes, 203)};
    const sim::SampleBlock block = pool.block();
    const sim::AlignedVector<float> flat = testing::initial(model);
};

std::vector<std::int64_t> counts_of(const Confusion& confusion) {
    return {confusion.counts().begin(), confusion.counts().end()};
}

TEST_P(Evaluation, ProbabilitiesAreTheReferencesSoftmax) {
    const Floats probabilities = ModelEvaluator{model, 64}.probabilities(flat, block);
    testing::ReferenceModel reference{model, block};
    const auto logits = reference.logits(testing::in_double(flat), testing::Normalise::by_running_statistics);
    ASSERT_EQ(probabilities.size(), 203U * classes);
    for (std::size_t i = 0; i < 203; ++i) {
        double total = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            total += std::exp(logits[i * classes + c]);
        }
        for (std::size_t c = 0; c < classes; ++c) {
            EXPECT_NEAR(probabilities[i * classes + c], std::exp(logits[i * classes + c]) / total, 1e-6);
        }
    }
}

TEST_P(Evaluation, EvaluatingIsScoringTheProbabilities) {
    const ModelEvaluator evaluator{model, 64};
    const Confusion evaluated = evaluator.evaluate(flat, block);
    const Confusion scored = evaluator.score(evaluator.probabilities(flat, block), block);
    EXPECT_EQ(evaluated.total(), 203);
    EXPECT_EQ(counts_of(evaluated), counts_of(scored));
    EXPECT_NEAR(evaluated.loss_sum(), scored.loss_sum(), 1e-4);
    testing::ReferenceModel reference{model, block};
    EXPECT_NEAR(evaluated.metrics().loss,
                reference.loss(testing::in_double(flat), testing::Normalise::by_running_statistics), 1e-5);
}

TEST_P(Evaluation, TheBatchSizeDoesNotChangeCounts) {
    const Confusion whole = ModelEvaluator{model, 1000}.evaluate(flat, block);
    for (const std::int64_t size : {1, 7, 64, 203}) {
        const Confusion cut = ModelEvaluator{model, size}.evaluate(flat, block);
        EXPECT_EQ(counts_of(cut), counts_of(whole)) << size;
        EXPECT_NEAR(cut.loss_sum(), whole.loss_sum(), 1e-3) << size;
    }
}

TEST_P(Evaluation, LeavesParametersAlone) {
    const auto before = flat;
    static_cast<void>(ModelEvaluator{model, 64}.evaluate(flat, block));
    EXPECT_EQ(flat, before);
}

TEST_P(Evaluation, OfNothingIsNothing) {
    const ModelEvaluator evaluator{model, 64};
    const sim::SampleBlock nothing;
    EXPECT_EQ(evaluator.evaluate(flat, nothing).total(), 0);
    EXPECT_TRUE(evaluator.probabilities(flat, nothing).empty());
}

INSTANTIATE_TEST_SUITE_P(Models, Evaluation, ::testing::Values(ModelKind::mlp, ModelKind::cnn),
                         [](const auto& tested) { return tested.index == 0 ? "Mlp" : "Cnn"; });

TEST(Score, CountsTheLargestAndBoundsTheLoss) {
    const Model model{{.kind = ModelKind::mlp, .channels = {}, .hidden = {}}, shape, 2};
    const testing::TestPool pool{shape, 2, testing::random_samples(shape, 2, 2)};
    const sim::SampleBlock block = pool.block();
    const ModelEvaluator evaluator{model, 4};
    const auto truth = [&](std::size_t i) { return static_cast<std::size_t>(block.labels()[i]); };
    Floats probabilities(4, 0.0F);
    probabilities[truth(0)] = 0.75F;
    probabilities[1 - truth(0)] = 0.25F;
    probabilities[2 + 1 - truth(1)] = 1.0F;  // and 0 for the truth
    const Confusion confusion = evaluator.score(probabilities, block);
    EXPECT_EQ(confusion.correct(), 1);
    EXPECT_NEAR(confusion.loss_sum(), -std::log(0.75) - std::log(1e-12), 1e-9);
    probabilities.pop_back();
    EXPECT_THROW(static_cast<void>(evaluator.score(probabilities, block)), sim::ContractViolation);
}

TEST(SoftVote, ByHand) {
    const std::vector<Floats> members{{0.5F, 0.5F}, {1.0F, 0.0F}, {0.0F, 1.0F}, {1.0F, 0.0F}};
    EXPECT_EQ(soft_vote(members), (Floats{0.625F, 0.375F}));
    EXPECT_EQ(soft_vote_without(members, 0), (Floats{static_cast<float>(2.0 / 3.0), static_cast<float>(1.0 / 3.0)}));
    EXPECT_EQ(soft_vote_without(members, 3), (Floats{0.5F, 0.5F}));
    EXPECT_EQ(soft_vote(std::vector<Floats>{{0.25F, 0.75F}}), (Floats{0.25F, 0.75F}));
}

TEST(SoftVote, NeedsVotersWhoSawTheSame) {
    EXPECT_THROW(static_cast<void>(soft_vote({})), sim::ContractViolation);
    EXPECT_THROW(static_cast<void>(soft_vote_without(std::vector<Floats>{{1.0F}}, 0)), sim::ContractViolation);
    EXPECT_THROW(static_cast<void>(soft_vote(std::vector<Floats>{{1.0F}, {0.5F, 0.5F}})), sim::ContractViolation);
}

TEST(ModelEvaluator, ABatchHoldsSamples) {
    const Model model{{.kind = ModelKind::mlp, .channels = {}, .hidden = {}}, shape, 2};
    EXPECT_THROW((ModelEvaluator{model, 0}), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::fl
