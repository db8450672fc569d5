#include "tta/flagged_adaptation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"
#include "tta/alignment.hpp"
#include "tta/class_steering.hpp"

namespace mlaasim::tta {
namespace {

using Floats = sim::AlignedVector<float>;
using fl::testing::ReferenceModel;
using fl::testing::TestPool;
using sim::ParameterKind;

constexpr sim::SampleShape shape{2, 8, 8};
constexpr std::uint32_t classes = 3;

class FlaggedAdaptation : public ::testing::Test {
protected:
    FlaggedAdaptation() {
        sim::RandomStream random{sim::Seed{4}, sim::Purpose::test, 0, 0};
        for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
            for (float& value : model.layout().view(std::span<float>{source}, parameters)) {
                if (parameters.kind == ParameterKind::bn_mean || parameters.kind == ParameterKind::bn_beta) {
                    value = static_cast<float>(random.uniform(-0.5, 0.5));
                } else if (parameters.kind == ParameterKind::bn_variance ||
                           parameters.kind == ParameterKind::bn_gamma) {
                    value = static_cast<float>(random.uniform(0.5, 2.0));
                }
            }
        }
    }

    [[nodiscard]] double mean_entropy(std::span<const float> parameters, const sim::SampleBlock& samples) const {
        fl::ModelEvaluator evaluator = fl::make_evaluator({.fused = false, .reason = "test"}, model, 64);
        const std::vector<double> all = entropies(evaluator.probabilities(parameters, samples), classes);
        double sum = 0.0;
        for (const double entropy : all) {
            sum += entropy;
        }
        return sum / static_cast<double>(all.size());
    }

    /// The adapted model before it is averaged with the source: twice the result, less the source.
    [[nodiscard]] static Floats unmixed(const Floats& result, const Floats& source) {
        Floats whole(result.size());
        std::transform(result.begin(), result.end(), source.begin(), whole.begin(),
                       [](float r, float s) { return 2.0F * r - s; });
        return whole;
    }

    const fl::Model model{fl::testing::cnn({4, 3}, {6}), shape, classes};
    const std::unique_ptr<fl::BatchNormAdapter> adapter = fl::make_batch_norm_adapter(fl::testing::fused, model);
    const TestPool pool{shape, classes, fl::testing::random_samples(shape, classes, 40)};
    const sim::SampleBlock block = pool.block();
    Floats source = fl::testing::initial(model);
};

TEST_F(FlaggedAdaptation, StatisticsMoveLayerByLayer) {
    const auto result = adapt_to_flagged(*adapter, source, block);
    ASSERT_TRUE(result.has_value());
    const Floats adapted = unmixed(*result, source);
    // Statistics of the samples under the mixed statistics, but the gamma and beta of the source: those are stepped
    // only when all statistics are there.
    Floats mixed = adapted;
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        if (parameters.kind == ParameterKind::bn_gamma || parameters.kind == ParameterKind::bn_beta) {
            std::ranges::copy(model.layout().view(std::span<const float>{source}, parameters),
                              model.layout().view(std::span<float>{mixed}, parameters).begin());
        }
    }
    ReferenceModel reference{model, block};
    static_cast<void>(reference.logits(fl::testing::in_double(mixed), fl::testing::Normalise::by_running_statistics));
    ASSERT_EQ(reference.statistics().size(), 2U);
    const double a = 40.0 / (40.0 + 64.0);
    for (const auto& layer : reference.statistics()) {
        const std::size_t mean = model.layout().blocks()[layer.first_block + 2].offset;
        const std::size_t variance = model.layout().blocks()[layer.first_block + 3].offset;
        for (std::size_t c = 0; c < layer.mean.size(); ++c) {
            const double apart = source[mean + c] - layer.mean[c];
            EXPECT_NEAR(adapted[mean + c], (1 - a) * source[mean + c] + a * layer.mean[c], 1e-4);
            EXPECT_NEAR(adapted[variance + c],
                        (1 - a) * source[variance + c] + a * layer.variance[c] + a * (1 - a) * apart * apart, 1e-4);
        }
    }
}

TEST_F(FlaggedAdaptation, OnlyBatchNormChangesAndByNoMoreThanThreeSteps) {
    const auto result = adapt_to_flagged(*adapter, source, block);
    ASSERT_TRUE(result.has_value());
    const Floats adapted = unmixed(*result, source);
    bool stepped = false;
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        const auto before = model.layout().view(std::span<const float>{source}, parameters);
        const auto after = model.layout().view(std::span<const float>{adapted}, parameters);
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (parameters.kind == ParameterKind::weight || parameters.kind == ParameterKind::bias) {
                EXPECT_EQ(after[i], before[i]) << parameters.name;
            } else if (parameters.kind == ParameterKind::bn_gamma || parameters.kind == ParameterKind::bn_beta) {
                // A step of Adam is at most about its rate.
                EXPECT_LE(std::abs(after[i] - before[i]), 0.0301F) << parameters.name;
                stepped = stepped || std::abs(after[i] - before[i]) > 0.005F;
            }
        }
    }
    EXPECT_TRUE(stepped);
    EXPECT_TRUE(fl::testing::padding_is_zero(model.layout(), *result));
}

TEST_F(FlaggedAdaptation, StepsLowerTheEntropy) {
    const auto result = adapt_to_flagged(*adapter, source, block);
    ASSERT_TRUE(result.has_value());
    const Floats adapted = unmixed(*result, source);
    Floats statistics_alone = adapted;
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        if (parameters.kind == ParameterKind::bn_gamma || parameters.kind == ParameterKind::bn_beta) {
            std::ranges::copy(model.layout().view(std::span<const float>{source}, parameters),
                              model.layout().view(std::span<float>{statistics_alone}, parameters).begin());
        }
    }
    EXPECT_LT(mean_entropy(adapted, block), mean_entropy(statistics_alone, block));
}

/// A model that already finds a class everywhere is drawn back to the shares that it is told.
TEST_F(FlaggedAdaptation, SharesOfClassesAreKept) {
    const auto mean_of = [&](const Floats& parameters) {
        fl::ModelEvaluator evaluator = fl::make_evaluator({.fused = false, .reason = "test"}, model, 64);
        const std::vector<float> all = evaluator.probabilities(parameters, block);
        std::vector<double> mean(classes, 0.0);
        for (std::size_t i = 0; i < all.size(); ++i) {
            mean[i % classes] += static_cast<double>(all[i]) / static_cast<double>(block.count());
        }
        return mean;
    };
    const std::vector<double> before = mean_of(source);
    const auto rarest = static_cast<std::size_t>(std::ranges::min_element(before) - before.begin());
    std::vector<double> shares(classes, 0.1);
    shares[rarest] = 0.8;
    for (const fl::EngineChoice& engine : {fl::testing::fused, fl::testing::autograd}) {
        const auto its = fl::make_batch_norm_adapter(engine, model);
        const auto result = adapt_to_flagged(model, *its, source, block, shares);
        ASSERT_TRUE(result.has_value());
        EXPECT_GT(mean_of(*result)[rarest], before[rarest]);
        EXPECT_TRUE(fl::testing::padding_is_zero(model.layout(), *result));
    }
}

/// Few samples carry few steps.
TEST_F(FlaggedAdaptation, StepsOnClassesAreAsManyAsTheSamplesCarry) {
    const TestPool many{shape, classes, fl::testing::random_samples(shape, classes, 300)};
    const std::vector<double> shares{0.2, 0.5, 0.3};
    const auto expect_steps = [&](const fl::Model& adapting, Floats source_of_it, const sim::SampleBlock& flagged,
                                  int steps, double weight) {
        const auto its = fl::make_batch_norm_adapter(fl::testing::fused, adapting);
        const std::size_t count = std::min<std::size_t>(flagged.count(), 256);
        Floats expected = source_of_it;
        its->begin(expected, flagged.sample(0), count);
        const double share = static_cast<double>(count) / (static_cast<double>(count) + 64.0);
        its->move_statistics(share, fl::BatchNormAdapter::Spread::of_means);
        ClassSteering steering{shares, count, weight};
        fl::AffineAdam adam;
        std::vector<float> gradient(expected.size());
        for (int step = 0; step < steps; ++step) {
            its->gradient(fl::BatchNormAdapter::Normaliser::model, std::ref(steering), gradient);
            steering.next_step();
            adam.step(adapting, expected, gradient, 0.01);
        }
        std::ranges::transform(expected, source_of_it, expected.begin(),
                               [](float adapted, float before) { return 0.8F * adapted + (1.0F - 0.8F) * before; });
        EXPECT_EQ(adapt_to_flagged(adapting, *its, source_of_it, flagged, shares), expected) << flagged.count();
    };
    const std::map<std::size_t, int> steps_of{{20, 10}, {64, 10}, {128, 20}, {300, 40}};
    for (const auto& [samples, steps] : steps_of) {
        expect_steps(model, source, many.block(samples), steps, 2.0);
    }
    constexpr sim::SampleShape series{3, 1, 64};
    const fl::Model of_series{fl::testing::cnn1d({4}, {6}), series, classes};
    const TestPool windows{series, classes, fl::testing::random_samples(series, classes, 300)};
    expect_steps(of_series, fl::testing::initial(of_series), windows.block(), 10, 1.0);
}

TEST_F(FlaggedAdaptation, LooksAtTheFirst256Samples) {
    const TestPool many{shape, classes, fl::testing::random_samples(shape, classes, 300)};
    EXPECT_EQ(adapt_to_flagged(*adapter, source, many.block(256)), adapt_to_flagged(*adapter, source, many.block()));
    EXPECT_NE(adapt_to_flagged(*adapter, source, many.block(255)), adapt_to_flagged(*adapter, source, many.block()));
}

/// Values so large that their variance is beyond a float's range.
TEST_F(FlaggedAdaptation, ThatDivergesIsNone) {
    sim::SampleSource far = pool.source();
    far.deviation = 1e-25F;
    sim::SampleBlock samples;
    samples.read(far);
    EXPECT_FALSE(adapt_to_flagged(*adapter, source, samples).has_value());
}

TEST_F(FlaggedAdaptation, WorksOnOneSampleAndOnConstantImages) {
    EXPECT_TRUE(adapt_to_flagged(*adapter, source, pool.block(1)).has_value());
    sim::DecodedPool grey{.values = std::vector<std::uint8_t>(4 * shape.size(), 128), .labels = {0, 1, 2, 0}};
    const TestPool constant{shape, classes, grey};
    EXPECT_TRUE(adapt_to_flagged(*adapter, source, constant.block()).has_value());
}

TEST_F(FlaggedAdaptation, NeedsBatchNorm) {
    const fl::Model mlp{fl::testing::mlp({4}), shape, classes};
    const auto without = fl::make_batch_norm_adapter(fl::testing::fused, mlp);
    EXPECT_THROW(static_cast<void>(adapt_to_flagged(*without, fl::testing::initial(mlp), block)),
                 sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::tta
