#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "fl/architectures.hpp"
#include "fl/engine.hpp"
#include "fl/forward.hpp"
#include "fl/local_training.hpp"
#include "fl/optimizers.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "support/chosen.hpp"
#include "support/drifting.hpp"
#include "tta/techniques/technique_test.hpp"

namespace mlaasim::tta {
namespace {

using Floats = sim::AlignedVector<float>;
using fl::testing::TestPool;
using sim::ParameterKind;

constexpr sim::SampleShape shape{2, 8, 8};
constexpr std::uint32_t classes = 3;

sim::Chosen<Technique> batch_norm(double prior) {
    return mlaasim::testing::chosen(technique_kinds(), "technique: batch_norm, prior: " + std::to_string(prior),
                                    "technique");
}

class BatchNorm : public ::testing::Test {
protected:
    BatchNorm() {
        // Statistics of a source that looks unlike the samples.
        sim::RandomStream random{sim::Seed{4}, sim::Purpose::test, 0, 0};
        for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
            for (float& value : model.layout().view(std::span<float>{source}, parameters)) {
                if (parameters.kind == ParameterKind::bn_mean || parameters.kind == ParameterKind::bn_beta) {
                    value = static_cast<float>(random.uniform(-1.0, 1.0));
                } else if (parameters.kind == ParameterKind::bn_variance ||
                           parameters.kind == ParameterKind::bn_gamma) {
                    value = static_cast<float>(random.uniform(0.5, 2.0));
                }
            }
        }
    }

    [[nodiscard]] Floats adapted(double prior) const {
        Floats flat = source;
        adapt(batch_norm(prior), model, flat, block);
        return flat;
    }

    /// The batch's statistics, front to back: each layer after those before it were set to `mixed`.
    [[nodiscard]] std::vector<fl::testing::ReferenceStatistics> statistics_under(const Floats& mixed) const {
        fl::testing::ReferenceModel reference{model, block};
        static_cast<void>(
            reference.logits(fl::testing::in_double(mixed), fl::testing::Normalise::by_running_statistics));
        return reference.statistics();
    }

    void expect_mixture(double prior) const {
        for (const auto& engine : {fl::testing::fused, fl::testing::autograd}) {
            Floats result = source;
            adapt(batch_norm(prior), model, result, block, engine);
            const auto batch = statistics_under(result);
            ASSERT_EQ(batch.size(), 2U);
            for (const auto& layer : batch) {
                const std::size_t mean = model.layout().blocks()[layer.first_block + 2].offset;
                const std::size_t variance = model.layout().blocks()[layer.first_block + 3].offset;
                for (std::size_t c = 0; c < layer.mean.size(); ++c) {
                    EXPECT_NEAR(result[mean + c], prior * source[mean + c] + (1 - prior) * layer.mean[c], 1e-5);
                    EXPECT_NEAR(result[variance + c], prior * source[variance + c] + (1 - prior) * layer.variance[c],
                                1e-5);
                }
            }
        }
    }

    const fl::Model model{fl::testing::cnn({4, 3}, {6}), shape, classes};
    const TestPool pool{shape, classes, fl::testing::random_samples(shape, classes, 12)};
    const sim::SampleBlock block = pool.block();
    Floats source = fl::testing::initial(model);
};

TEST_F(BatchNorm, PriorOneChangesNothing) { EXPECT_EQ(adapted(1.0), source); }

TEST_F(BatchNorm, PriorZeroIsTheBatchsStatisticsLayerByLayer) { expect_mixture(0.0); }

TEST_F(BatchNorm, EachLayerSeesTheMixtureBeforeIt) { expect_mixture(0.6); }

TEST_F(BatchNorm, TheSecondLayerWouldDifferWithoutTheFirst) {
    // Had the second layer been measured behind the source's first layer, its statistics would be others.
    const auto behind_source = statistics_under(source);
    const auto behind_mixture = statistics_under(adapted(0.0));
    EXPECT_NEAR(behind_source[0].mean[0], behind_mixture[0].mean[0], 1e-6);
    // By far more than what expect_mixture() lets pass.
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_GT(std::abs(behind_source[1].variance[c] - behind_mixture[1].variance[c]), 1e-3);
    }
}

TEST_F(BatchNorm, PriorZeroNormalisesLikeTrainingDoes) {
    // Evaluated by its own statistics, the batch comes out as it does in training mode.
    const at::NoGradGuard no_gradients;
    const at::Tensor batch = fl::batch_of(model, block.sample(0), block.count());
    Floats flat = adapted(0.0);
    const at::Tensor evaluated =
        fl::forward(model, {model, flat, false}, batch, fl::BatchNormMode::evaluation).contiguous();
    Floats copy = source;
    const at::Tensor trained =
        fl::forward(model, {model, copy, false}, batch, fl::BatchNormMode::training).contiguous();
    ASSERT_EQ(evaluated.numel(), 12 * 3);
    for (std::int64_t i = 0; i < evaluated.numel(); ++i) {
        EXPECT_NEAR(evaluated.const_data_ptr<float>()[i], trained.const_data_ptr<float>()[i], 1e-5);
    }
}

TEST_F(BatchNorm, OnlyStatisticsChange) {
    const Floats result = adapted(0.3);
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        const auto before = model.layout().view(std::span<const float>{source}, parameters);
        const auto after = model.layout().view(std::span<const float>{result}, parameters);
        const bool statistic = !parameters.trainable();
        for (std::size_t i = 0; i < parameters.count; ++i) {
            EXPECT_EQ(before[i] != after[i], statistic) << parameters.name;
        }
    }
    EXPECT_TRUE(fl::testing::padding_is_zero(model.layout(), result));
}

TEST_F(BatchNorm, LabelsDoNotMatter) {
    sim::DecodedPool other = fl::testing::random_samples(shape, classes, 12);
    std::fill(other.labels.begin(), other.labels.end(), std::uint8_t{0});
    const TestPool unlabelled{shape, classes, other};
    Floats flat = source;
    adapt(batch_norm(0.3), model, flat, unlabelled.block());
    EXPECT_EQ(flat, adapted(0.3));
}

TEST_F(BatchNorm, NeedsBatchNormAndTwoSamples) {
    EXPECT_EQ(batch_norm(0.0)->needs(), sim::Needs{sim::Need::batch_norm});
    EXPECT_EQ(batch_norm(0.0)->fewest_samples(), 2);
    Floats flat = source;
    EXPECT_THROW(adapt(batch_norm(0.0), model, flat, pool.block(1)), sim::ContractViolation);
    EXPECT_EQ(flat, source);
    const fl::Model mlp{fl::testing::mlp({4}), shape, classes};
    Floats dense = fl::testing::initial(mlp);
    EXPECT_THROW(adapt(batch_norm(0.0), mlp, dense, block), sim::ContractViolation);
}

/// A small cnn trained on clean synthetic digits, and the accuracy it keeps on a drifted stream.
class BatchNormOnDigits : public ::testing::Test {
protected:
    BatchNormOnDigits() {
        Floats start = fl::testing::initial(model);
        const fl::TrainingJob job{sim::ServiceId{0}, train.source(), start};
        fl::make_trainer({.fused = true}, model,
                         {.epochs = 4, .batch_size = 32, .learning_rate = 0.05, .optimizer = fl::testing::sgd(0.9)})
            ->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [&](const fl::LocalUpdate& update) {
                trained.assign(update.parameters.begin(), update.parameters.end());
            });
    }

    [[nodiscard]] double accuracy(const Floats& flat, const sim::SampleSource& stream) const {
        sim::SampleBlock block;
        block.read(stream);
        return fl::make_evaluator({.fused = true}, model, 250).evaluate(flat, block).metrics().accuracy;
    }

    /// Adapts on the first 200 samples of the stream.
    [[nodiscard]] Floats adapted_to(sim::SampleSource stream, double prior) const {
        stream.indices = stream.indices.first(200);
        sim::SampleBlock block;
        block.read(stream);
        Floats flat = trained;
        adapt(batch_norm(prior), model, flat, block);
        return flat;
    }

    const sim::DecodedDataset digits = sim::generate_synthetic_digits(sim::Seed{1}, 1500, 500);
    const TestPool train{digits.shape, digits.classes, digits.train};
    const TestPool test{digits.shape, digits.classes, digits.test};
    const fl::Model model{fl::testing::cnn({8, 16}, {32}), digits.shape, 10};
    Floats trained;
};

TEST_F(BatchNormOnDigits, RecoversFromDrift) {
    const double clean = accuracy(trained, test.source());
    EXPECT_GT(clean, 0.75);

    sim::SampleSource noisy = test.source();
    noisy.drift = mlaasim::testing::drifting({"kind: noise, magnitude: 0.5"});
    const double before = accuracy(trained, noisy);
    const double after = accuracy(adapted_to(noisy, 0.0), noisy);
    RecordProperty("noise", std::to_string(before) + " to " + std::to_string(after));
    EXPECT_GT(after, before + 0.03);  // 0.54 to 0.65 when written: statistics alone don't undo noise

    // Brighter by half the grey scale, with half the contrast.
    sim::SampleSource faded = test.source();
    faded.mean -= 0.5F;
    faded.deviation *= 2.0F;
    const double faded_before = accuracy(trained, faded);
    const double faded_after = accuracy(adapted_to(faded, 0.0), faded);
    RecordProperty("faded", std::to_string(faded_before) + " to " + std::to_string(faded_after));
    EXPECT_GT(faded_after, faded_before + 0.2);  // 0.56 to 0.92 when written
    EXPECT_GT(faded_after, clean - 0.1);

    // On clean data it costs little.
    EXPECT_GT(accuracy(adapted_to(test.source(), 0.0), test.source()), clean - 0.1);
}

}  // namespace
}  // namespace mlaasim::tta
