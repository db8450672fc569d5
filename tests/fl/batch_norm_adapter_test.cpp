// Adaptation of batch norm: the fused engine against autograd, on every instruction set of this machine.
#include "fl/batch_norm_adapter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using Floats = sim::AlignedVector<float>;
using testing::on_every_instruction_set;
using testing::TestPool;
using Normaliser = BatchNormAdaptation::Normaliser;
using Spread = BatchNormAdaptation::Spread;

/// Parameters whose batch norm is far from 0 and 1.
Floats source_of(const Model& model) {
    Floats source = testing::initial(model, 3);
    sim::RandomStream random{sim::Seed{4}, sim::Purpose::test, 0, 0};
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        const bool around_zero =
            parameters.kind == sim::ParameterKind::bn_mean || parameters.kind == sim::ParameterKind::bn_beta;
        const bool around_one =
            parameters.kind == sim::ParameterKind::bn_variance || parameters.kind == sim::ParameterKind::bn_gamma;
        for (float& value : model.layout().view(std::span<float>{source}, parameters)) {
            value = around_zero  ? static_cast<float>(random.uniform(-0.5, 0.5))
                    : around_one ? static_cast<float>(random.uniform(0.5, 2.0))
                                 : value;
        }
    }
    return source;
}

Floats adapted(const EngineChoice& engine, const Model& model, const sim::SampleBlock& samples, std::size_t count,
               const BatchNormAdaptation& adaptation) {
    Floats parameters = source_of(model);
    make_batch_norm_adapter(engine, model)->adapt(parameters, samples, count, adaptation);
    return parameters;
}

/// Calls check(name of the block, kind, engines' values and the source's) for every element.
template <class Check>
void each_element(const Model& model, const Floats& fused, const Floats& reference, Check check) {
    const Floats source = source_of(model);
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        for (std::size_t i = block.offset; i < block.offset + block.count; ++i) {
            check(block, fused[i], reference[i], source[i]);
        }
    }
}

struct Case {
    Model model;
    std::size_t samples;
};

Case draw_case() {
    const auto channels = [](std::int64_t most) { return *rc::gen::inRange<std::int64_t>(1, most); };
    const bool series = *rc::gen::arbitrary<bool>();
    std::vector<std::int64_t> layers{channels(20)};
    for (int more = *rc::gen::inRange(0, 3); more > 0; --more) {
        layers.push_back(channels(20));
    }
    const auto side = [] { return *rc::gen::inRange<std::uint32_t>(8, 18); };
    const sim::SampleShape shape = series ? sim::SampleShape{3, 1, 4 * side()} : sim::SampleShape{1, side(), side()};
    const auto architecture = series ? testing::cnn1d(layers, {7}) : testing::cnn(layers, {7});
    return {{architecture, shape, 5}, *rc::gen::inRange<std::size_t>(2, 40)};
}

TEST(BatchNormAdapter, MovesStatisticsAsTheReference) {
    on_every_instruction_set([] {
        EXPECT_TRUE(rc::check([] {
            const Case c = draw_case();
            const TestPool pool{c.model.input(), 5, testing::random_samples(c.model.input(), 5, c.samples)};
            const BatchNormAdaptation adaptation{.share = 0.01 * *rc::gen::inRange(0, 101),
                                                 .spread = *rc::gen::element(Spread::none, Spread::of_means)};
            each_element(c.model, adapted(testing::fused, c.model, pool.block(), c.samples, adaptation),
                         adapted(testing::autograd, c.model, pool.block(), c.samples, adaptation),
                         [](const sim::ParameterBlock& block, float fused, float reference, float source) {
                             const bool moves = block.kind == sim::ParameterKind::bn_mean ||
                                                block.kind == sim::ParameterKind::bn_variance;
                             RC_ASSERT(std::abs(fused - (moves ? reference : source)) <=
                                       (moves ? 2e-4F * (1.0F + std::abs(reference)) : 0.0F));
                         });
        }));
    });
}

/// What is added to a variance so that it is never 0.
constexpr double epsilon = 1e-5;

TEST(BatchNormAdapter, MomentsAndTheirCorrectionAreThoseOfTheReference) {
    on_every_instruction_set([] {
        EXPECT_TRUE(rc::check([] {
            const Case c = draw_case();
            const TestPool pool{c.model.input(), 5, testing::random_samples(c.model.input(), 5, c.samples)};
            const sim::SampleBlock samples = pool.block();
            std::vector<BatchNormMoments> moments;
            ClassMixCorrection correction;
            for (const EngineChoice& engine : {testing::fused, testing::autograd}) {
                Floats parameters = source_of(c.model);
                const auto adapter = make_batch_norm_adapter(engine, c.model);
                adapter->begin(parameters, samples.sample(0), c.samples);
                moments.push_back(adapter->moments());
                RC_ASSERT(parameters == source_of(c.model));
            }
            RC_ASSERT(moments[0].means.size() == moments[1].means.size());
            for (std::size_t i = 0; i < moments[0].means.size(); ++i) {
                RC_ASSERT(std::abs(moments[0].means[i] - moments[1].means[i]) <=
                          2e-4 * (1.0 + std::abs(moments[1].means[i])));
                RC_ASSERT(std::abs(moments[0].variances[i] - moments[1].variances[i]) <=
                          2e-4 * (1.0 + std::abs(moments[1].variances[i])));
                correction.usual.means.push_back(moments[1].means[i] + 0.3);
                correction.usual.variances.push_back(moments[1].variances[i] * 2.0 + 0.1);
            }
            correction.mixed = moments[1];
            const BatchNormAdaptation adaptation{.share = 0.7, .spread = Spread::of_means, .correction = &correction};
            each_element(c.model, adapted(testing::fused, c.model, samples, c.samples, adaptation),
                         adapted(testing::autograd, c.model, samples, c.samples, adaptation),
                         [](const sim::ParameterBlock& block, float fused, float reference, float source) {
                             const bool moves = block.kind == sim::ParameterKind::bn_mean ||
                                                block.kind == sim::ParameterKind::bn_variance;
                             RC_ASSERT(std::abs(fused - (moves ? reference : source)) <=
                                       (moves ? 5e-4F * (1.0F + std::abs(reference)) : 0.0F));
                         });
        }));
    });
}

/// Samples with the very moments of the mixed ones become the usual ones; a factor and an offset stay what they are.
TEST(BatchNormAdapter, TheCorrectionChangesOnlyWhatTheMixMoves) {
    const ClassMixCorrection correction{.usual = {.means = {2.0, -1.0}, .variances = {4.0, 9.0}},
                                        .mixed = {.means = {5.0, 0.0}, .variances = {1.0, 1.0}}};
    double mean = 5.0;
    double variance = 1.0;
    correction.correct(0, mean, variance);
    EXPECT_NEAR(mean, 2.0, 1e-9);
    EXPECT_NEAR(variance, 4.0, 1e-4);
    // Three times the mixed samples, plus 7.
    mean = 3.0 * 0.0 + 7.0;
    variance = 9.0 * 1.0;
    correction.correct(1, mean, variance);
    EXPECT_NEAR(mean, 3.0 * -1.0 + 7.0, 1e-3);
    EXPECT_NEAR(variance, 9.0 * 9.0, 1e-2);
    EXPECT_NEAR(variance, (9.0) * (9.0 + epsilon) / (1.0 + epsilon), 1e-12);
}

/// Three steps of Adam, whose length is about the rate for each element with a gradient: they agree where their signs
/// and relative sizes do. A gradient near zero may have another sign, and once in a while a maximum hangs on a rounding
/// error.
TEST(BatchNormAdapter, StepsGammaAndBetaAsAutograd) {
    constexpr double rate = 0.01;
    on_every_instruction_set([] {
        int elements = 0;
        int exceptions = 0;
        EXPECT_TRUE(rc::check([&] {
            const Case c = draw_case();
            const TestPool pool{c.model.input(), 5, testing::random_samples(c.model.input(), 5, c.samples)};
            const BatchNormAdaptation adaptation{
                .share = *rc::gen::element(0.0, 0.4, 1.0),
                .spread = Spread::of_means,
                .steps = 3,
                .rate = rate,
                .normaliser = *rc::gen::element(Normaliser::model, Normaliser::samples)};
            each_element(
                c.model, adapted(testing::fused, c.model, pool.block(), c.samples, adaptation),
                adapted(testing::autograd, c.model, pool.block(), c.samples, adaptation),
                [&](const sim::ParameterBlock& block, float fused, float reference, float source) {
                    if (block.kind != sim::ParameterKind::bn_gamma && block.kind != sim::ParameterKind::bn_beta) {
                        return;
                    }
                    RC_ASSERT(std::abs(fused - source) <= 3.01F * static_cast<float>(rate));
                    ++elements;
                    exceptions += std::abs(fused - reference) > 0.02F * static_cast<float>(rate) ? 1 : 0;
                });
        }));
        EXPECT_GT(elements, 1000);
        EXPECT_LT(exceptions, elements / 50);
    });
}

TEST(BatchNormAdapter, LooksAtTheFirstSamplesAndForgetsEarlierOnes) {
    const Model model{testing::cnn({4, 3}, {6}), {2, 8, 8}, 3};
    const TestPool pool{model.input(), 3, testing::random_samples(model.input(), 3, 40)};
    const BatchNormAdaptation adaptation{.share = 0.5, .steps = 2, .rate = 0.01};
    const Floats expected = adapted(testing::fused, model, pool.block(20), 20, adaptation);
    EXPECT_EQ(adapted(testing::fused, model, pool.block(), 20, adaptation), expected);
    EXPECT_NE(adapted(testing::fused, model, pool.block(), 21, adaptation), expected);
    const auto adapter = make_batch_norm_adapter(testing::fused, model);
    Floats broken = source_of(model);
    broken.front() = std::numeric_limits<float>::quiet_NaN();
    adapter->adapt(broken, pool.block(), 40, adaptation);
    Floats parameters = source_of(model);
    adapter->adapt(parameters, pool.block(), 20, adaptation);
    EXPECT_EQ(parameters, expected);
}

TEST(BatchNormAdapter, WhatIsNoNumberStaysNone) {
    const Model model{testing::cnn({4, 3}, {6}), {2, 8, 8}, 3};
    const TestPool pool{model.input(), 3, testing::random_samples(model.input(), 3, 10)};
    for (const EngineChoice& engine : {testing::fused, testing::autograd}) {
        Floats parameters = source_of(model);
        parameters.front() = std::numeric_limits<float>::quiet_NaN();
        make_batch_norm_adapter(engine, model)
            ->adapt(parameters, pool.block(), 10, {.share = 0.5, .steps = 1, .rate = 0.01});
        EXPECT_FALSE(std::ranges::all_of(parameters, [](float v) { return std::isfinite(v); }));
        const auto variances =
            std::ranges::find(model.layout().blocks(), sim::ParameterKind::bn_variance, &sim::ParameterBlock::kind);
        EXPECT_TRUE(std::isnan(parameters[variances->offset]));
    }
}

TEST(BatchNormAdapter, NeedsBatchNormAndSamples) {
    const Model mlp{testing::mlp({4}), {2, 8, 8}, 3};
    const Model cnn{testing::cnn({4}, {4}), {2, 8, 8}, 3};
    const TestPool pool{mlp.input(), 3, testing::random_samples(mlp.input(), 3, 4)};
    for (const EngineChoice& engine : {testing::fused, testing::autograd}) {
        EXPECT_THROW(adapted(engine, mlp, pool.block(), 4, {}), sim::ContractViolation);
        EXPECT_THROW(adapted(engine, cnn, pool.block(), 5, {}), sim::ContractViolation);
        EXPECT_THROW(adapted(engine, cnn, pool.block(), 0, {}), sim::ContractViolation);
    }
}

}  // namespace
}  // namespace mlaasim::fl
