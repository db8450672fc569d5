#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "fl/architectures.hpp"
#include "fl/engine.hpp"
#include "fl/engines.hpp"
#include "fl/optimizers.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"
#include "support/drifting.hpp"

namespace mlaasim::fl {
namespace {

using Floats = sim::AlignedVector<float>;

constexpr sim::SampleShape shape{1, 3, 5};
constexpr std::uint32_t classes = 4;
constexpr sim::Seed seed{9};
const sim::Chosen<Architecture> linear = testing::mlp({});
const sim::Chosen<Architecture> small_cnn = testing::cnn({3}, {6});

EngineChoice engine_under_test;

struct Trained {
    Floats parameters;
    double loss = 0.0;
    std::int64_t samples = 0;
    std::int64_t steps = 0;
};

/// By service.
std::map<std::uint32_t, Trained> train(const Model& model, const TrainingOptions& options,
                                       const std::vector<TrainingJob>& cohort, std::uint32_t round = 1) {
    std::map<std::uint32_t, Trained> trained;
    make_trainer(engine_under_test, model, options)
        ->train(cohort, seed, sim::Round{round}, [&](const LocalUpdate& update) {
            trained[update.service.value()] = {
                {update.parameters().begin(), update.parameters().end()}, update.loss, update.samples, update.steps};
        });
    return trained;
}

Trained train_one(const Model& model, const TrainingOptions& options, const sim::SampleSource& samples,
                  const Floats& start, std::uint32_t round = 1) {
    return train(model, options, {{sim::ServiceId{0}, samples, start}}, round).at(0);
}

/// Softmax regression with SGD, momentum and weight decay, in double; the batches of (seed, service 0, round 1).
struct HandTrainer {
    const sim::SampleBlock& block;
    const TrainingOptions& options;
    double momentum;
    std::vector<double> weight;    // classes x 15
    std::vector<double> bias;      // classes
    double last_epoch_loss = 0.0;  // mean over samples

    void train() {
        std::vector<double> velocity(weight.size() + bias.size(), 0.0);
        std::vector<std::uint32_t> order(block.count());
        std::iota(order.begin(), order.end(), 0U);
        sim::RandomStream shuffle{seed, sim::Purpose::shuffle, 0, 1};
        const auto batch_size = static_cast<std::size_t>(options.batch_size);
        for (std::int64_t epoch = 0; epoch < options.epochs; ++epoch) {
            shuffle.shuffle(order);
            last_epoch_loss = 0.0;
            for (std::size_t first = 0; first < order.size(); first += batch_size) {
                const std::size_t size = std::min(batch_size, order.size() - first);
                step(std::span{order}.subspan(first, size), velocity);
            }
            last_epoch_loss /= static_cast<double>(order.size());
        }
    }

    void step(std::span<const std::uint32_t> batch, std::vector<double>& velocity) {
        std::vector<double> gradient(velocity.size(), 0.0);
        for (const std::uint32_t i : batch) {
            std::vector<double> p(classes);
            double total = 0.0;
            for (std::size_t c = 0; c < classes; ++c) {
                p[c] = std::exp(std::inner_product(block.sample(i), block.sample(i) + 15,
                                                   weight.begin() + static_cast<std::ptrdiff_t>(c * 15), bias[c]));
                total += p[c];
            }
            const auto truth = static_cast<std::size_t>(block.labels()[i]);
            last_epoch_loss -= std::log(p[truth] / total);
            for (std::size_t c = 0; c < classes; ++c) {
                const double error = (p[c] / total - (c == truth ? 1.0 : 0.0)) / static_cast<double>(batch.size());
                for (std::size_t k = 0; k < 15; ++k) {
                    gradient[c * 15 + k] += error * block.sample(i)[k];
                }
                gradient[classes * 15 + c] += error;
            }
        }
        for (std::size_t j = 0; j < gradient.size(); ++j) {
            double& p = j < weight.size() ? weight[j] : bias[j - weight.size()];
            velocity[j] = momentum * velocity[j] + gradient[j] + options.weight_decay * p;
            p -= options.learning_rate * velocity[j];
        }
    }
};

class LocalTraining : public ::testing::TestWithParam<EngineChoice> {
protected:
    void SetUp() override { engine_under_test = GetParam(); }

    static std::vector<double> part(const Model& model, const Floats& flat, std::size_t block) {
        const auto view = model.layout().view(std::span<const float>{flat}, model.layout().blocks()[block]);
        return {view.begin(), view.end()};
    }

    void expect_as_by_hand(double momentum, TrainingOptions options, std::int64_t steps,
                           const sim::DriftState& drift = {}) {
        options.optimizer = testing::sgd(momentum);
        const Model model{linear, shape, classes};
        const Floats start = testing::initial(model);
        sim::SampleSource samples = pool.source(10);
        samples.drift = drift;
        sim::SampleBlock block;
        block.read(samples);
        HandTrainer by_hand{block, options, momentum, part(model, start, 0), part(model, start, 1)};
        by_hand.train();
        const Trained trained = train_one(model, options, samples, start);
        EXPECT_EQ(trained.steps, steps);
        EXPECT_EQ(trained.samples, 10 * options.epochs);
        EXPECT_NEAR(trained.loss, by_hand.last_epoch_loss, 1e-5);
        const auto weight = part(model, trained.parameters, 0);
        const auto bias = part(model, trained.parameters, 1);
        for (std::size_t i = 0; i < weight.size(); ++i) {
            EXPECT_NEAR(weight[i], by_hand.weight[i], 2e-6) << i;
        }
        for (std::size_t i = 0; i < bias.size(); ++i) {
            EXPECT_NEAR(bias[i], by_hand.bias[i], 2e-6) << i;
        }
    }

    const testing::TestPool pool{shape, classes, testing::random_samples(shape, classes, 40)};
};

TEST_P(LocalTraining, ThreeStepsOfPlainSgdByHand) {
    expect_as_by_hand(0.0, {.epochs = 3, .batch_size = 10, .learning_rate = 0.1}, 3);
}

TEST_P(LocalTraining, ThreeStepsWithMomentumByHand) {
    expect_as_by_hand(0.9, {.epochs = 3, .batch_size = 10, .learning_rate = 0.1}, 3);
}

TEST_P(LocalTraining, ThreeStepsWithMomentumAndWeightDecayByHand) {
    expect_as_by_hand(0.9, {.epochs = 3, .batch_size = 10, .learning_rate = 0.1, .weight_decay = 0.2}, 3);
}

TEST_P(LocalTraining, RaggedLastBatchByHand) {
    // 4 + 4 + 2 samples, twice; a step on 2 samples weighs as much as one on 4, the loss is that of samples.
    expect_as_by_hand(0.5, {.epochs = 2, .batch_size = 4, .learning_rate = 0.1}, 6);
}

TEST_P(LocalTraining, DriftedSamplesAreTheSameInEveryEpoch) {
    const sim::DriftState drift = mlaasim::testing::drifting(
        {"kind: rotation, magnitude: 40", "kind: noise, magnitude: 0.2", "kind: label_swap, classes: [0, 1]"});
    expect_as_by_hand(0.0, {.epochs = 1, .batch_size = 4, .learning_rate = 0.1}, 3, drift);
    expect_as_by_hand(0.0, {.epochs = 3, .batch_size = 4, .learning_rate = 0.1}, 9, drift);
}

TEST_P(LocalTraining, LossFalls) {
    const Model model{small_cnn, shape, classes};
    Floats parameters = testing::initial(model);
    double before = 100.0;
    for (std::uint32_t round = 1; round <= 4; ++round) {
        const Trained trained =
            train_one(model, {.epochs = 8, .batch_size = 8, .learning_rate = 0.1}, pool.source(), parameters, round);
        EXPECT_LT(trained.loss, 0.95 * before) << round;
        before = trained.loss;
        parameters = trained.parameters;
    }
}

TEST_P(LocalTraining, VelocitiesStartAtZeroInEveryRound) {
    const Model model{linear, shape, classes};
    const TrainingOptions options{.epochs = 1, .batch_size = 40, .learning_rate = 0.1, .optimizer = testing::sgd(0.9)};
    const Floats start = testing::initial(model);
    const auto trainer = make_trainer(engine_under_test, model, options);
    std::vector<Floats> results;
    for (std::uint32_t round = 1; round <= 2; ++round) {
        const TrainingJob job{sim::ServiceId{0}, pool.source(), start};
        trainer->train({&job, 1}, seed, sim::Round{1}, [&](const LocalUpdate& update) {
            results.emplace_back(update.parameters().begin(), update.parameters().end());
        });
    }
    EXPECT_EQ(results[0], results[1]);
}

TEST_P(LocalTraining, BatchNormStatisticsFollowTheBatch) {
    const Model model{small_cnn, shape, classes};
    const Floats start = testing::initial(model);
    const sim::SampleBlock block = pool.block();
    testing::ReferenceModel reference{model, block};
    static_cast<void>(reference.logits(testing::in_double(start), testing::Normalise::by_batch));
    ASSERT_EQ(reference.statistics().size(), 1U);
    const auto& batch = reference.statistics()[0];
    // A step too small to change the weights, twice: running = 0.9 running + 0.1 batch, with the unbiased variance.
    const Trained once =
        train_one(model, {.epochs = 1, .batch_size = 64, .learning_rate = 1e-12}, pool.source(), start);
    const Trained twice =
        train_one(model, {.epochs = 2, .batch_size = 64, .learning_rate = 1e-12}, pool.source(), start);
    const auto mean_once = part(model, once.parameters, batch.first_block + 2);
    const auto variance_once = part(model, once.parameters, batch.first_block + 3);
    const auto mean_twice = part(model, twice.parameters, batch.first_block + 2);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(mean_once[c], 0.1 * batch.mean[c], 1e-6);
        EXPECT_NEAR(mean_twice[c], 0.19 * batch.mean[c], 1e-6);
        const double unbiased = batch.variance[c] * batch.count / (batch.count - 1.0);
        EXPECT_NEAR(variance_once[c], 0.9 + 0.1 * unbiased, 1e-6);
    }
}

TEST_P(LocalTraining, UnbiasedAndBiasedVarianceAreToldApart) {
    // One sample, 15 values a channel: they differ by 1/15.
    const Model model{small_cnn, shape, classes};
    const Floats start = testing::initial(model);
    const sim::SampleBlock block = pool.block(1);
    testing::ReferenceModel reference{model, block};
    static_cast<void>(reference.logits(testing::in_double(start), testing::Normalise::by_batch));
    const auto& batch = reference.statistics()[0];
    const Trained once =
        train_one(model, {.epochs = 1, .batch_size = 64, .learning_rate = 1e-12}, pool.source(1), start);
    const auto variance = part(model, once.parameters, batch.first_block + 3);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(variance[c], 0.9 + 0.1 * batch.variance[c] * 15.0 / 14.0, 1e-6);
    }
}

TEST_P(LocalTraining, PaddingStaysZero) {
    for (const sim::Chosen<Architecture>& options : {linear, small_cnn}) {
        const Model model{options, shape, classes};
        ASSERT_GT(model.layout().size(), model.layout().parameter_count());
        const Trained trained = train_one(
            model,
            {.epochs = 3, .batch_size = 8, .learning_rate = 0.1, .optimizer = testing::sgd(0.9), .weight_decay = 0.1},
            pool.source(), testing::initial(model));
        EXPECT_TRUE(testing::padding_is_zero(model.layout(), trained.parameters));
    }
}

TEST_P(LocalTraining, AResultDoesNotDependOnTheRestOfTheCohort) {
    const TrainingOptions options{.epochs = 2, .batch_size = 8, .learning_rate = 0.1, .optimizer = testing::sgd(0.9)};
    for (const sim::Chosen<Architecture>& kind : {linear, small_cnn}) {
        const Model model{kind, shape, classes};
        const Floats start = testing::initial(model);
        const Floats other = testing::initial(model, 2);
        const TrainingJob a{sim::ServiceId{3}, pool.source(30), start};
        const TrainingJob b{sim::ServiceId{8}, pool.source(), other};
        const TrainingJob c{sim::ServiceId{5}, pool.source(7), start};
        const auto together = train(model, options, {a, b, c});
        const auto turned = train(model, options, {c, b, a});
        for (const TrainingJob& job : {a, b, c}) {
            const auto alone = train(model, options, {job});
            const std::uint32_t id = job.service.value();
            EXPECT_EQ(together.at(id).parameters, alone.at(id).parameters) << id;
            EXPECT_EQ(turned.at(id).parameters, alone.at(id).parameters) << id;
            EXPECT_EQ(turned.at(id).loss, alone.at(id).loss) << id;
        }
    }
}

TEST_P(LocalTraining, JobsFinishInTheirOrder) {
    const Model model{linear, shape, classes};
    const Floats start = testing::initial(model);
    std::vector<TrainingJob> cohort;
    for (const std::uint32_t id : {4U, 1U, 9U}) {
        cohort.push_back({sim::ServiceId{id}, pool.source(5), start});
    }
    std::vector<std::uint32_t> finished;
    make_trainer(engine_under_test, model, {})->train(cohort, seed, sim::Round{1}, [&](const LocalUpdate& update) {
        finished.push_back(update.service.value());
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(update.parameters().data()) % sim::kernel_alignment, 0U);
    });
    EXPECT_EQ(finished, (std::vector<std::uint32_t>{4, 1, 9}));
}

TEST_P(LocalTraining, ShufflesDifferByServiceAndRound) {
    const Model model{linear, shape, classes};
    const Floats start = testing::initial(model);
    const TrainingOptions options{.epochs = 1, .batch_size = 4, .learning_rate = 0.1};
    const auto both =
        train(model, options, {{sim::ServiceId{0}, pool.source(), start}, {sim::ServiceId{1}, pool.source(), start}});
    EXPECT_NE(both.at(0).parameters, both.at(1).parameters);
    EXPECT_EQ(train_one(model, options, pool.source(), start).parameters, both.at(0).parameters);
    EXPECT_NE(train_one(model, options, pool.source(), start, 2).parameters, both.at(0).parameters);
}

TEST_P(LocalTraining, AServiceWithoutSamplesHandsBackWhatItGot) {
    const Model model{small_cnn, shape, classes};
    const Floats start = testing::initial(model);
    sim::SampleSource nothing = pool.source();
    nothing.indices = {};
    const Trained trained = train_one(model, {}, nothing, start);
    EXPECT_EQ(trained.parameters, start);
    EXPECT_EQ(trained.samples, 0);
    EXPECT_EQ(trained.steps, 0);
    EXPECT_EQ(trained.loss, 0.0);
}

TEST_P(LocalTraining, ParametersOfAnotherModelAreRefused) {
    const Model model{linear, shape, classes};
    const Floats wrong(model.layout().size() + 16, 0.0F);
    EXPECT_THROW(train_one(model, {}, pool.source(), wrong), sim::ContractViolation);
}

INSTANTIATE_TEST_SUITE_P(Engines, LocalTraining, ::testing::Values(testing::autograd, testing::fused),
                         [](const auto& tested) { return testing::name_of(tested.param); });

}  // namespace
}  // namespace mlaasim::fl
