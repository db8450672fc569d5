#include "fl/evaluation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using Floats = std::vector<float>;

constexpr sim::SampleShape shape{1, 6, 6};
constexpr std::uint32_t classes = 5;

class Evaluation : public ::testing::TestWithParam<std::tuple<const char*, EngineChoice>> {
protected:
    const Model model{testing::architecture(std::get<0>(GetParam())), shape, classes};
    const testing::TestPool pool{shape, classes, testing::random_samples(shape, classes, 203)};
    const sim::SampleBlock block = pool.block();
    const sim::AlignedVector<float> flat = testing::initial(model);
};

std::vector<std::int64_t> counts_of(const Confusion& confusion) {
    return {confusion.counts().begin(), confusion.counts().end()};
}

TEST_P(Evaluation, ProbabilitiesAreTheReferencesSoftmax) {
    const Floats probabilities = make_evaluator(std::get<1>(GetParam()), model, 64).probabilities(flat, block);
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

TEST_P(Evaluation, BrierLossesAreSquaredDistancesToTheTruth) {
    ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 64);
    const Floats probabilities = evaluator.probabilities(flat, block);
    const std::span<const float> one{flat};
    evaluator.load(std::vector{one, one});
    const auto losses = evaluator.brier_losses(block);
    const auto of_probabilities = evaluator.brier_losses(probabilities, block);
    ASSERT_EQ(losses.size(), 2U);
    EXPECT_EQ(losses[0], losses[1]) << "the same model twice";
    for (std::size_t i = 0; i < 203; ++i) {
        double expected = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            const double truth = block.labels()[i] == static_cast<std::int64_t>(c) ? 1.0 : 0.0;
            expected += std::pow(probabilities[i * classes + c] - truth, 2);
        }
        EXPECT_NEAR(losses[0][i], expected, 1e-6);
        EXPECT_NEAR(of_probabilities[i], expected, 1e-12);
    }
}

TEST_P(Evaluation, OutputsThatAreNoNumbersHaveTheWorstBrierLoss) {
    const ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 64);
    Floats probabilities(203U * classes, 0.2F);
    probabilities[7 * classes] = std::nanf("");
    const auto losses = evaluator.brier_losses(probabilities, block);
    EXPECT_EQ(losses[7], 2.0);
    EXPECT_LT(losses[6], 2.0);
}

TEST_P(Evaluation, EvaluatingIsScoringTheProbabilities) {
    ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 64);
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
    const Confusion whole = make_evaluator(std::get<1>(GetParam()), model, 1000).evaluate(flat, block);
    for (const std::int64_t size : {1, 7, 64, 203}) {
        const Confusion cut = make_evaluator(std::get<1>(GetParam()), model, size).evaluate(flat, block);
        EXPECT_EQ(counts_of(cut), counts_of(whole)) << size;
        EXPECT_NEAR(cut.loss_sum(), whole.loss_sum(), 1e-3) << size;
    }
}

TEST_P(Evaluation, LeavesParametersAlone) {
    const auto before = flat;
    static_cast<void>(make_evaluator(std::get<1>(GetParam()), model, 64).evaluate(flat, block));
    EXPECT_EQ(flat, before);
}

TEST_P(Evaluation, OfNothingIsNothing) {
    ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 64);
    const sim::SampleBlock nothing;
    EXPECT_EQ(evaluator.evaluate(flat, nothing).total(), 0);
    EXPECT_TRUE(evaluator.probabilities(flat, nothing).empty());
}

TEST_P(Evaluation, ManyModelsAreEachAsAlone) {
    std::vector<sim::AlignedVector<float>> parameters;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        parameters.push_back(testing::initial(model, seed));
    }
    ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 100);
    const std::vector<std::span<const float>> models(parameters.begin(), parameters.end());
    evaluator.load(models);
    const std::vector<Confusion> together = evaluator.evaluate(block);
    ASSERT_EQ(together.size(), models.size());
    for (std::size_t m = 0; m < models.size(); ++m) {
        const Confusion alone = evaluator.evaluate(models[m], block);
        EXPECT_EQ(counts_of(together[m]), counts_of(alone)) << m;
        EXPECT_EQ(together[m].loss_sum(), alone.loss_sum()) << m;
    }
    EXPECT_NE(together[0].loss_sum(), together[1].loss_sum());
    evaluator.load(models);
    const std::vector<std::vector<float>> probabilities = evaluator.probabilities(block);
    ASSERT_EQ(probabilities.size(), models.size());
    for (std::size_t m = 0; m < models.size(); ++m) {
        EXPECT_EQ(probabilities[m], evaluator.probabilities(models[m], block)) << m;
    }
}

TEST_P(Evaluation, OfImagesThatAreMostlyBackground) {
    sim::DecodedPool decoded = testing::random_samples(shape, classes, 203);
    sim::RandomStream random{sim::Seed{8}, sim::Purpose::test, 0, 0};
    for (std::uint8_t& value : decoded.values) {
        value = random.uniform() < 0.85 ? std::uint8_t{0} : value;
    }
    const testing::TestPool images{shape, classes, std::move(decoded)};
    const sim::SampleBlock samples = images.block();
    ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 203);
    const Floats probabilities = evaluator.probabilities(flat, samples);
    testing::ReferenceModel reference{model, samples};
    const auto logits = reference.logits(testing::in_double(flat), testing::Normalise::by_running_statistics);
    for (std::size_t i = 0; i < 203; ++i) {
        double total = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            total += std::exp(logits[i * classes + c]);
        }
        for (std::size_t c = 0; c < classes; ++c) {
            EXPECT_NEAR(probabilities[i * classes + c], std::exp(logits[i * classes + c]) / total, 2e-6);
        }
    }
    // However many models share the pass, each gets the same bits.
    const auto other = testing::initial(model, 2);
    const Floats of_other = evaluator.probabilities(other, samples);
    for (const std::size_t pairs : {1U, 20U}) {  // samples of many models are put together in another way
        std::vector<std::span<const float>> models;
        for (std::size_t i = 0; i < pairs; ++i) {
            models.insert(models.end(), {other, flat});
        }
        evaluator.load(models);
        const std::vector<Floats> together = evaluator.probabilities(samples);
        for (std::size_t i = 0; i < pairs; ++i) {
            EXPECT_EQ(together[2 * i], of_other) << i;
            EXPECT_EQ(together[2 * i + 1], probabilities) << i;
        }
    }
}

/// Of every fourth sample two thirds are drawn, of the others three pixels.
bool is_mostly_drawn(std::size_t sample) { return sample % 4 == 3; }
sim::DecodedPool mostly_background() {
    sim::DecodedPool decoded = testing::random_samples(shape, classes, 203);
    for (std::size_t i = 0; i < decoded.values.size(); ++i) {
        const std::size_t drawn = is_mostly_drawn(i / shape.size()) ? 24 : 3;
        decoded.values[i] = i % shape.size() < drawn ? std::max<std::uint8_t>(decoded.values[i], 1) : 0;
    }
    return decoded;
}

TEST_P(Evaluation, NeitherLabelsNorTheOrderBehindTheFirst32DecideASamplesBits) {
    ModelEvaluator evaluator = make_evaluator(std::get<1>(GetParam()), model, 203);
    const sim::DecodedPool decoded = mostly_background();
    const testing::TestPool images{shape, classes, decoded};
    const sim::SampleBlock samples = images.block();
    const Floats probabilities = evaluator.probabilities(flat, samples);
    const std::vector<double> losses = evaluator.brier_losses(samples).front();
    const std::vector<std::function<std::size_t(std::size_t)>> labels_of{
        [](std::size_t /*i*/) { return 0; },
        [](std::size_t i) { return is_mostly_drawn(i) ? 1 : 0; },
        [](std::size_t i) { return is_mostly_drawn(i) ? 0 : 1; },
        [](std::size_t i) { return i * i % classes; },
    };
    for (std::size_t labelled = 0; labelled < labels_of.size(); ++labelled) {
        sim::DecodedPool other = decoded;
        for (std::size_t i = 0; i < other.labels.size(); ++i) {
            other.labels[i] = static_cast<std::uint8_t>(labels_of[labelled](i));
        }
        const testing::TestPool relabelled{shape, classes, std::move(other)};
        const sim::SampleBlock block_of_others = relabelled.block();
        EXPECT_EQ(evaluator.probabilities(flat, block_of_others), probabilities) << labelled;
        const std::vector<double> found = evaluator.brier_losses(block_of_others).front();
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (block_of_others.labels()[i] == samples.labels()[i]) {
                EXPECT_EQ(found[i], losses[i]) << labelled << ", sample " << i;
            }
        }
    }
    // The first samples decide whether background is left out. Behind them, each has the same bits in any company.
    std::vector<std::uint32_t> order(samples.count());
    std::iota(order.begin(), order.end(), 0U);
    std::reverse(order.begin() + 32, order.end());
    sim::SampleBlock reordered;
    reordered.take(samples, order);
    const Floats found = evaluator.probabilities(flat, reordered);
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t c = 0; c < classes; ++c) {
            EXPECT_EQ(found[i * classes + c], probabilities[order[i] * classes + c]) << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Models, Evaluation,
                         ::testing::Combine(::testing::Values("kind: mlp, hidden: [8]",
                                                              "kind: cnn, channels: [3], hidden: [8]",
                                                              "kind: logistic"),
                                            ::testing::Values(testing::autograd, testing::fused)),
                         [](const auto& tested) {
                             return std::string(testing::architecture(std::get<0>(tested.param)).word()) +
                                    testing::name_of(std::get<1>(tested.param));
                         });

TEST(FusedEvaluation, OfDeepModelsIsTheReferences) {
    const std::vector<std::pair<sim::Chosen<Architecture>, sim::SampleShape>> models{
        {testing::cnn({16, 20}, {10}), {1, 28, 28}},
        {testing::cnn({5, 18, 3}, {}), {3, 18, 22}},
        {testing::cnn1d({16, 7}, {9, 6}), {9, 1, 33}}};
    for (const auto& [options, input] : models) {
        const Model model{options, input, classes};
        const testing::TestPool pool{input, classes, testing::random_samples(input, classes, 70)};
        const sim::SampleBlock block = pool.block();
        const auto flat = testing::initial(model);
        testing::ReferenceModel reference{model, block};
        const double expected = reference.loss(testing::in_double(flat), testing::Normalise::by_running_statistics);
        for (const EngineChoice& engine : {testing::autograd, testing::fused}) {
            const Confusion confusion = make_evaluator(engine, model, 64).evaluate(flat, block);
            EXPECT_NEAR(confusion.metrics().loss, expected, 1e-5) << model.architecture();
        }
    }
}

TEST(Score, CountsTheLargestAndBoundsTheLoss) {
    const Model model{testing::mlp({}), shape, 2};
    const testing::TestPool pool{shape, 2, testing::random_samples(shape, 2, 2)};
    const sim::SampleBlock block = pool.block();
    const ModelEvaluator evaluator = make_evaluator(testing::fused, model, 4);
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

TEST(ModelEvaluator, ABatchHoldsSamples) {
    const Model model{testing::mlp({}), shape, 2};
    EXPECT_THROW(static_cast<void>(make_evaluator(testing::fused, model, 0)), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::fl
