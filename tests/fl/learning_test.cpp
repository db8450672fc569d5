// The models learn what the synthetic data was made for.
#include <gtest/gtest.h>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/optimizers.hpp"
#include "fl/test_samples.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/synthetic_sensors.hpp"

namespace mlaasim::fl {
namespace {

class Learning : public ::testing::TestWithParam<EngineChoice> {
protected:
    double accuracy_after_training(const sim::Chosen<Architecture>& options) {
        const Model model{options, digits.shape, digits.classes};
        const auto start = testing::initial(model);
        const TrainingJob job{sim::ServiceId{0}, train.source(), start};
        double accuracy = 0.0;
        make_trainer(GetParam(), model,
                     {.epochs = 4, .batch_size = 32, .learning_rate = 0.05, .optimizer = testing::sgd(0.9)})
            ->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [&](const LocalUpdate& update) {
                accuracy = make_evaluator(GetParam(), model, 250)
                               .evaluate(update.parameters(), test.block())
                               .metrics()
                               .accuracy;
            });
        return accuracy;
    }

    const sim::DecodedDataset digits = sim::generate_synthetic_digits(sim::Seed{1}, 1500, 500);
    const testing::TestPool train{digits.shape, digits.classes, digits.train};
    const testing::TestPool test{digits.shape, digits.classes, digits.test};
};

TEST_P(Learning, ALinearModelStaysBelowASmallCnn) {
    const double linear = accuracy_after_training(testing::mlp({}));
    const double cnn = accuracy_after_training(testing::cnn({8, 16}, {32}));
    RecordProperty("linear", std::to_string(linear));
    RecordProperty("cnn", std::to_string(cnn));
    EXPECT_GT(linear, 0.3);
    EXPECT_GT(cnn, 0.8);
    EXPECT_GT(cnn, linear + 0.1);
}

INSTANTIATE_TEST_SUITE_P(Engines, Learning, ::testing::Values(testing::autograd, testing::fused),
                         [](const auto& tested) { return testing::name_of(tested.param); });

/// Sensor windows, normalised roughly as the cache does.
class SensorPool {
public:
    SensorPool(const sim::DecodedDataset& data, sim::DecodedPool pool)
        : pool_{data.shape, data.classes, std::move(pool)} {}
    [[nodiscard]] sim::SampleSource source() const {
        sim::SampleSource source = pool_.source();
        source.mean = 0.52F;
        source.deviation = 0.1F;
        return source;
    }

private:
    testing::TestPool pool_;
};

TEST(LearningSensors, ALinearModelStaysBelowASmallCnn) {
    const sim::DecodedDataset sensors = sim::generate_synthetic_sensors(sim::Seed{1}, 3000, 600);
    const SensorPool train{sensors, sensors.train};
    const SensorPool test{sensors, sensors.test};
    sim::SampleBlock test_block;
    test_block.read(test.source());
    const auto accuracy_after_training = [&](const sim::Chosen<Architecture>& options, double learning_rate) {
        const Model model{options, sensors.shape, sensors.classes};
        const auto start = testing::initial(model);
        const TrainingJob job{sim::ServiceId{0}, train.source(), start};
        double accuracy = 0.0;
        make_trainer(testing::fused, model,
                     {.epochs = 5, .batch_size = 32, .learning_rate = learning_rate, .optimizer = testing::sgd(0.9)})
            ->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [&](const LocalUpdate& update) {
                accuracy = make_evaluator(testing::fused, model, 250)
                               .evaluate(update.parameters(), test_block)
                               .metrics()
                               .accuracy;
            });
        return accuracy;
    };
    const double linear = accuracy_after_training(testing::architecture("kind: logistic"), 0.001);
    const double cnn = accuracy_after_training(testing::cnn1d({16, 32}, {64}), 0.02);
    RecordProperty("linear", std::to_string(linear));
    RecordProperty("cnn1d", std::to_string(cnn));
    EXPECT_GT(linear, 0.4);
    EXPECT_LT(linear, 0.75);
    EXPECT_GT(cnn, 0.8);
    EXPECT_GT(cnn, linear + 0.15);
}

}  // namespace
}  // namespace mlaasim::fl
