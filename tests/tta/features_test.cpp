#include "tta/features.hpp"

#include <gtest/gtest.h>

#include "fl/architectures.hpp"
#include "fl/reference_model.hpp"
#include "fl/test_samples.hpp"

namespace mlaasim::tta {
namespace {

constexpr sim::SampleShape shape{1, 8, 8};

/// Predictions are those of the whole model, on both engines.
void expect_predictions(const fl::Model& model, std::size_t width) {
    const fl::testing::TestPool pool{shape, 3, fl::testing::random_samples(shape, 3, 20)};
    const sim::SampleBlock block = pool.block();
    const auto parameters = fl::testing::initial(model);
    fl::testing::ReferenceModel reference{model, block};
    const auto logits =
        reference.logits(fl::testing::in_double(parameters), fl::testing::Normalise::by_running_statistics);
    for (const bool fused : {false, true}) {
        FeatureReader reader{model, {.fused = fused}, 7};
        const FeaturedPredictions predictions = reader.read(parameters, block);
        ASSERT_EQ(predictions.features.size(), 20 * width);
        ASSERT_EQ(predictions.probabilities.size(), 20U * 3);
        for (std::size_t i = 0; i < 20; ++i) {
            double sum = 0.0;
            for (std::size_t c = 0; c < 3; ++c) {
                sum += std::exp(logits[i * 3 + c]);
            }
            for (std::size_t c = 0; c < 3; ++c) {
                EXPECT_NEAR(predictions.probabilities[i * 3 + c], std::exp(logits[i * 3 + c]) / sum, 1e-5) << fused;
            }
        }
        for (std::size_t i = 0; i < 20; ++i) {
            const std::span<const float> features{&predictions.features[i * width], width};
            if (model.body()) {
                EXPECT_TRUE(std::ranges::all_of(features, [](float value) { return value >= 0.0F; }));
            } else {
                EXPECT_TRUE(std::ranges::equal(features, std::span<const float>{block.sample(i), width}));
            }
        }
    }
}

TEST(Features, OfACnnAreThoseBeforeTheLastLayer) {
    const fl::Model model{fl::testing::cnn({4}, {6}), shape, 3};
    ASSERT_TRUE(model.body().has_value());
    EXPECT_EQ(model.body()->classes(), 6U);
    EXPECT_LT(model.body()->layout().size(), model.layout().size());
    expect_predictions(model, 6);
}

TEST(Features, OfAnMlpAreThoseOfItsLastHiddenLayer) {
    expect_predictions(fl::Model{fl::testing::mlp({9, 5}), shape, 3}, 5);
}

TEST(Features, WithoutAHiddenLayerAreTheSamples) {
    const fl::Model model{fl::testing::mlp({}), shape, 3};
    EXPECT_FALSE(model.body().has_value());
    expect_predictions(model, 64);
}

}  // namespace
}  // namespace mlaasim::tta
