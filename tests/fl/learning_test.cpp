// The models learn what the synthetic data was made for.
#include <gtest/gtest.h>

#include "fl/engines.hpp"
#include "fl/test_samples.hpp"
#include "sim/data/synthetic_digits.hpp"

namespace mlaasim::fl {
namespace {

class Learning : public ::testing::TestWithParam<EngineChoice> {
protected:
    double accuracy_after_training(const ModelOptions& options) {
        const Model model{options, digits.shape, digits.classes};
        const auto start = testing::initial(model);
        const TrainingJob job{sim::ServiceId{0}, train.source(), start};
        double accuracy = 0.0;
        make_trainer(GetParam(), model, {.epochs = 4, .batch_size = 32, .learning_rate = 0.05, .momentum = 0.9})
            ->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [&](const LocalUpdate& update) {
                accuracy =
                    make_evaluator(GetParam(), model, 250).evaluate(update.parameters, test.block()).metrics().accuracy;
            });
        return accuracy;
    }

    const sim::DecodedDataset digits = sim::generate_synthetic_digits(sim::Seed{1}, 1500, 500);
    const testing::TestPool train{digits.shape, digits.classes, digits.train};
    const testing::TestPool test{digits.shape, digits.classes, digits.test};
};

TEST_P(Learning, ALinearModelStaysBelowASmallCnn) {
    const double linear = accuracy_after_training({.kind = ModelKind::mlp, .channels = {}, .hidden = {}});
    const double cnn = accuracy_after_training({.kind = ModelKind::cnn, .channels = {8, 16}, .hidden = {32}});
    RecordProperty("linear", std::to_string(linear));
    RecordProperty("cnn", std::to_string(cnn));
    EXPECT_GT(linear, 0.3);
    EXPECT_GT(cnn, 0.8);
    EXPECT_GT(cnn, linear + 0.1);
}

INSTANTIATE_TEST_SUITE_P(Engines, Learning, ::testing::Values(testing::autograd, testing::fused),
                         [](const auto& tested) { return testing::name_of(tested.param); });

}  // namespace
}  // namespace mlaasim::fl
