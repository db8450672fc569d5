// The trainer's gradients against numeric differentiation of an independent forward pass in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/forward.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"

namespace mlaasim::fl {
namespace {

using testing::Doubles;
using testing::Normalise;

struct Case {
    sim::Chosen<Architecture> options;
    sim::SampleShape shape;
    std::uint32_t classes;
    EngineChoice engine = testing::autograd;
};

const Case tiny_mlp{testing::mlp({7, 5}), {1, 3, 5}, 4};
const Case tiny_cnn{testing::cnn({3, 2}, {5}), {2, 6, 7}, 3};
const Case tiny_cnn1d{testing::cnn1d({3, 2}, {5}), {2, 1, 11}, 3};
const Case tiny_logistic{testing::architecture("kind: logistic"), {1, 3, 5}, 4};

/// Parameters whose batch-norm blocks differ from their initial 1 and 0, so that a mistake in them shows.
sim::AlignedVector<float> perturbed(const Model& model) {
    auto flat = testing::initial(model, 5);
    sim::RandomStream random{sim::Seed{6}, sim::Purpose::test, 0, 0};
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        for (float& value : model.layout().view(std::span<float>{flat}, block)) {
            value += block.kind >= sim::ParameterKind::bn_gamma ? static_cast<float>(random.uniform(0.1, 0.4)) : 0.0F;
        }
    }
    return flat;
}

class GradientTest : public ::testing::TestWithParam<Case> {
protected:
    const Model model{GetParam().options, GetParam().shape, GetParam().classes};
    const testing::TestPool pool{GetParam().shape, GetParam().classes,
                                 testing::random_samples(GetParam().shape, GetParam().classes, 9)};
    const sim::SampleBlock block = pool.block();
    testing::ReferenceModel reference{model, block};
};

TEST_P(GradientTest, ForwardEqualsTheReference) {
    for (const auto& [mode, normalise] : {std::pair{BatchNormMode::evaluation, Normalise::by_running_statistics},
                                          {BatchNormMode::training, Normalise::by_batch}}) {
        auto flat = perturbed(model);
        const Doubles expected = reference.logits(testing::in_double(flat), normalise);
        const at::NoGradGuard no_gradients;
        const ParameterTensors tensors{model, flat, /*gradients=*/false};
        const at::Tensor logits =
            forward(model, tensors, batch_of(model, block.sample(0), block.count()), mode).contiguous();
        ASSERT_EQ(static_cast<std::size_t>(logits.numel()), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_NEAR(logits.const_data_ptr<float>()[i], expected[i], 2e-5) << i;
        }
    }
}

TEST_P(GradientTest, OneStepIsTheNumericGradient) {
    // With step size 1 and the whole data as one batch, an update is the negative gradient.
    const auto start = perturbed(model);
    const auto trainer = make_trainer(GetParam().engine, model, {.epochs = 1, .batch_size = 64, .learning_rate = 1.0});
    sim::AlignedVector<float> after;
    double loss = 0.0;
    const TrainingJob job{sim::ServiceId{0}, pool.source(), start};
    trainer->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [&](const LocalUpdate& update) {
        after.assign(update.parameters().begin(), update.parameters().end());
        loss = update.loss;
    });
    Doubles flat = testing::in_double(start);
    EXPECT_NEAR(loss, reference.loss(flat, Normalise::by_batch), 1e-5);

    double largest = 0.0;
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        if (!parameters.trainable()) {
            continue;
        }
        for (std::size_t i = parameters.offset; i < parameters.offset + parameters.count; ++i) {
            constexpr double h = 1e-5;
            const double centre = flat[i];
            flat[i] = centre + h;
            const double above = reference.loss(flat, Normalise::by_batch);
            flat[i] = centre - h;
            const double below = reference.loss(flat, Normalise::by_batch);
            flat[i] = centre;
            const double expected = (above - below) / (2.0 * h);
            const double gradient = static_cast<double>(start[i]) - static_cast<double>(after[i]);
            EXPECT_NEAR(gradient, expected, 2e-6 + 2e-4 * std::abs(expected)) << parameters.name << " " << i;
            largest = std::max(largest, std::abs(expected));
        }
    }
    EXPECT_GT(largest, 0.05);  // there is something to compare
}

Case with(const EngineChoice& engine, Case tested) {
    tested.engine = engine;
    return tested;
}

INSTANTIATE_TEST_SUITE_P(Models, GradientTest,
                         ::testing::Values(tiny_mlp, tiny_cnn, tiny_cnn1d, tiny_logistic,
                                           with(testing::fused, tiny_mlp), with(testing::fused, tiny_cnn),
                                           with(testing::fused, tiny_cnn1d), with(testing::fused, tiny_logistic)),
                         [](const auto& tested) {
                             return std::string(tested.param.options.word()) + testing::name_of(tested.param.engine);
                         });

}  // namespace
}  // namespace mlaasim::fl
