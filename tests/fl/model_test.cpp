#include "fl/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "fl/architectures.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using sim::ParameterKind;
using sim::SampleShape;

constexpr SampleShape digit{1, 28, 28};

Model mlp(const testing::Widths& hidden) { return Model{testing::mlp(hidden), digit, 10}; }

Model cnn(const testing::Widths& channels, const testing::Widths& hidden, const SampleShape& input = digit) {
    return Model{testing::cnn(channels, hidden), input, 10};
}

TEST(Model, MlpLayoutAndCounts) {
    const Model model = mlp({64});
    EXPECT_EQ(model.architecture(), "mlp 1x28x28 h64 o10");
    EXPECT_EQ(model.layout().parameter_count(), 50890U);  // 784 x 64 + 64 + 64 x 10 + 10
    EXPECT_EQ(model.layout().size(), 50896U);             // the last bias fills up to 16
    EXPECT_FALSE(model.layout().has_batch_norm());
    const auto blocks = model.layout().blocks();
    ASSERT_EQ(blocks.size(), 4U);
    EXPECT_EQ(blocks[0].shape, (std::vector<std::int64_t>{64, 784}));
    EXPECT_EQ(blocks[1].shape, (std::vector<std::int64_t>{64}));
    EXPECT_EQ(blocks[2].shape, (std::vector<std::int64_t>{10, 64}));
    EXPECT_EQ(blocks[3].shape, (std::vector<std::int64_t>{10}));
    EXPECT_EQ(blocks[0].layer, blocks[1].layer);
    EXPECT_NE(blocks[1].layer, blocks[2].layer);
    EXPECT_EQ(blocks[2].kind, ParameterKind::weight);
    EXPECT_EQ(blocks[3].kind, ParameterKind::bias);
}

TEST(Model, LinearModelHasOneLayer) {
    const Model model = mlp({});
    EXPECT_EQ(model.layout().parameter_count(), 7850U);
    EXPECT_DOUBLE_EQ(model.forward_flops(), 2 * 784 * 10);
    EXPECT_DOUBLE_EQ(model.activation_count(), 784 + 10);
}

TEST(Model, CnnLayoutAndCounts) {
    const Model model = cnn({16, 32}, {64});
    EXPECT_EQ(model.architecture(), "cnn 1x28x28 c16 c32 h64 o10");
    // Convolutions 16 x 9 + 16 and 32 x 16 x 9 + 32; batch norms 4 x 16 and 4 x 32; linear 32 x 7 x 7 -> 64 -> 10.
    EXPECT_EQ(model.layout().parameter_count(), 160U + 4640U + 64U + 128U + 100416U + 650U);
    EXPECT_TRUE(model.layout().has_batch_norm());
    const auto blocks = model.layout().blocks();
    ASSERT_EQ(blocks.size(), 16U);
    EXPECT_EQ(blocks[0].shape, (std::vector<std::int64_t>{16, 1, 3, 3}));
    EXPECT_EQ(blocks[2].kind, ParameterKind::bn_gamma);
    EXPECT_EQ(blocks[3].kind, ParameterKind::bn_beta);
    EXPECT_EQ(blocks[4].kind, ParameterKind::bn_mean);
    EXPECT_EQ(blocks[5].kind, ParameterKind::bn_variance);
    EXPECT_EQ(blocks[6].shape, (std::vector<std::int64_t>{32, 16, 3, 3}));
    EXPECT_EQ(blocks[12].shape, (std::vector<std::int64_t>{64, 1568}));
    for (const sim::ParameterBlock& block : blocks) {
        EXPECT_EQ(block.offset % 16, 0U) << block.name;
    }
}

TEST(Model, LayersChain) {
    const Model model = cnn({16, 32}, {64});
    const auto layers = model.layers();
    const LayerKind kinds[] = {LayerKind::convolution, LayerKind::batch_norm, LayerKind::relu, LayerKind::max_pool,
                               LayerKind::convolution, LayerKind::batch_norm, LayerKind::relu, LayerKind::max_pool,
                               LayerKind::flatten,     LayerKind::linear,     LayerKind::relu, LayerKind::linear};
    ASSERT_EQ(layers.size(), std::size(kinds));
    EXPECT_EQ(layers.front().in, digit);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        EXPECT_EQ(layers[i].kind, kinds[i]) << i;
        if (i > 0) {
            EXPECT_EQ(layers[i].in, layers[i - 1].out) << i;
        }
    }
    EXPECT_EQ(layers[3].out, (SampleShape{16, 14, 14}));
    EXPECT_EQ(layers.back().out, (SampleShape{10, 1, 1}));
}

TEST(Model, FlopsByHand) {
    // 2 x 784 x 64, 64 ReLUs, 2 x 64 x 10.
    EXPECT_DOUBLE_EQ(mlp({64}).forward_flops(), 100352 + 64 + 1280);
    EXPECT_DOUBLE_EQ(mlp({64}).activation_count(), 784 + 64 + 64 + 10);
    // A block of c channels on h x w: convolution 2 x 9 x in x c h w, batch norm 2 c h w, ReLU c h w, pooling 3 a
    // value.
    const double first = 2.0 * 9 * 1 * 16 * 784 + 3.0 * 16 * 784 + 3.0 * 16 * 196;
    const double second = 2.0 * 9 * 16 * 32 * 196 + 3.0 * 32 * 196 + 3.0 * 32 * 49;
    EXPECT_DOUBLE_EQ(cnn({16, 32}, {64}).forward_flops(), first + second + 2.0 * 1568 * 64 + 64 + 2.0 * 64 * 10);
}

TEST(Model, OddImagesLoseTheirLastRow) {
    const Model model = cnn({4, 4, 4, 4}, {});
    EXPECT_EQ(model.layers()[15].out, (SampleShape{4, 1, 1}));  // 28, 14, 7, 3, 1
    EXPECT_EQ(cnn({2}, {}, {3, 5, 9}).layers()[3].out, (SampleShape{2, 2, 4}));
}

TEST(Model, MorePoolingsThanTheImageHasHalvingsThrow) {
    try {
        const Model model = cnn({4, 4, 4, 4, 4}, {});
        FAIL() << "accepted";
    } catch (const sim::InputError& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("model.channels has 5 blocks"), std::string::npos) << message;
        EXPECT_NE(message.find("1x28x28"), std::string::npos) << message;
    }
}

TEST(Model, WindowsAreNoImages) {
    try {
        const Model model = cnn({4}, {}, {3, 1, 128});
        FAIL() << "accepted";
    } catch (const sim::InputError& error) {
        EXPECT_NE(std::string(error.what()).find("cnn1d"), std::string::npos) << error.what();
    }
}

TEST(Model, ArchitectureTellsModelsApart) {
    EXPECT_NE(mlp({64}).architecture(), mlp({32}).architecture());
    EXPECT_NE(mlp({64}).architecture(), mlp({64, 64}).architecture());
    EXPECT_NE(cnn({16}, {}).architecture(), cnn({}, {16}).architecture());
    EXPECT_EQ(cnn({16}, {8}).architecture(), cnn({16}, {8}).architecture());
}

TEST(Model, InitialWeightsFillTheirBounds) {
    const Model model = cnn({16, 32}, {64});
    const auto flat = testing::initial(model);
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        const auto values = model.layout().view(std::span<const float>{flat}, block);
        const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
        switch (block.kind) {
            case ParameterKind::weight: {
                const double fan_in = static_cast<double>(block.count) / static_cast<double>(block.shape[0]);
                const auto bound = static_cast<float>(1.0 / std::sqrt(fan_in));
                EXPECT_GE(*lowest, -bound) << block.name;
                EXPECT_LE(*highest, bound) << block.name;
                EXPECT_LT(*lowest, -0.9F * bound) << block.name;
                EXPECT_GT(*highest, 0.9F * bound) << block.name;
                break;
            }
            case ParameterKind::bias: EXPECT_LT(*lowest, *highest) << block.name; break;
            case ParameterKind::bn_gamma:
            case ParameterKind::bn_variance: EXPECT_TRUE(*lowest == 1.0F && *highest == 1.0F) << block.name; break;
            case ParameterKind::bn_beta:
            case ParameterKind::bn_mean: EXPECT_TRUE(*lowest == 0.0F && *highest == 0.0F) << block.name; break;
        }
    }
    EXPECT_TRUE(testing::padding_is_zero(model.layout(), flat));
}

TEST(Model, BiasesAreBoundedByTheirWeightsFanIn) {
    const Model model = mlp({4096});
    const auto flat = testing::initial(model);
    const auto bias = model.layout().view(std::span<const float>{flat}, model.layout().blocks()[1]);
    const float largest = std::abs(*std::max_element(bias.begin(), bias.end()));
    EXPECT_LE(largest, 1.0F / 28.0F);  // fan-in 784
    EXPECT_GT(largest, 0.9F / 28.0F);
}

TEST(Model, InitialisationIsDeterministicAndOverwrites) {
    const Model model = cnn({8}, {16});
    const auto once = testing::initial(model, 3);
    sim::AlignedVector<float> again(model.layout().size(), 9.0F);
    model.initialise(again, {sim::Seed{3}, sim::Purpose::model_init, 0, 0});
    EXPECT_EQ(once, again);
    EXPECT_NE(once, testing::initial(model, 4));
    sim::AlignedVector<float> short_one(model.layout().size() - 1);
    EXPECT_THROW(model.initialise(short_one, {sim::Seed{3}, sim::Purpose::model_init, 0, 0}), sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::fl
