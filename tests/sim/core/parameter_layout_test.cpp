#include "sim/core/parameter_layout.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "sim/core/aligned.hpp"

namespace mlaasim::sim {
namespace {

ParameterLayout some_layout() {
    ParameterLayout layout;
    layout.add("conv0.weight", 0, ParameterKind::weight, {3, 1, 3, 3});
    layout.add("conv0.bias", 0, ParameterKind::bias, {3});
    layout.add("linear1.weight", 1, ParameterKind::weight, {4, 4});
    layout.add("linear1.bias", 1, ParameterKind::bias, {17});
    return layout;
}

TEST(ParameterLayout, EveryBlockStartsOnSixtyFourBytes) {
    const ParameterLayout layout = some_layout();
    const std::size_t offsets[] = {0, 32, 48, 64};
    const std::size_t counts[] = {27, 3, 16, 17};
    ASSERT_EQ(layout.blocks().size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(layout.blocks()[i].offset, offsets[i]);
        EXPECT_EQ(layout.blocks()[i].count, counts[i]);
        EXPECT_EQ(layout.blocks()[i].offset * sizeof(float) % kernel_alignment, 0U);
    }
    EXPECT_EQ(layout.size(), 96U);
    EXPECT_EQ(layout.parameter_count(), 63U);
}

TEST(ParameterLayout, ViewsAreTheBlocksOwnFloats) {
    const ParameterLayout layout = some_layout();
    AlignedVector<float> flat(layout.size());
    std::iota(flat.begin(), flat.end(), 0.0F);
    const auto bias = layout.view(std::span<const float>{flat}, layout.blocks()[1]);
    EXPECT_EQ(std::vector<float>(bias.begin(), bias.end()), (std::vector<float>{32, 33, 34}));
    layout.view(std::span<float>{flat}, layout.blocks()[3])[16] = -1.0F;
    EXPECT_EQ(flat[80], -1.0F);
    for (const ParameterBlock& block : layout.blocks()) {
        const auto* first = layout.view(std::span<const float>{flat}, block).data();
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % kernel_alignment, 0U) << block.name;
    }
}

TEST(ParameterLayout, StatisticsAreNotTrained) {
    ParameterLayout layout = some_layout();
    EXPECT_FALSE(layout.has_batch_norm());
    EXPECT_EQ(layout.add("bn2.gamma", 2, ParameterKind::bn_gamma, {5}), 4U);
    layout.add("bn2.beta", 2, ParameterKind::bn_beta, {5});
    layout.add("bn2.mean", 2, ParameterKind::bn_mean, {5});
    layout.add("bn2.variance", 2, ParameterKind::bn_variance, {5});
    EXPECT_TRUE(layout.has_batch_norm());
    const bool trained[] = {true, true, true, true, true, true, false, false};
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_EQ(layout.blocks()[i].trainable(), trained[i]) << layout.blocks()[i].name;
    }
    EXPECT_EQ(name_of(layout.blocks()[7].kind), "bn_variance");
}

TEST(ParameterLayout, AnEmptyOneHasNothing) {
    const ParameterLayout layout;
    EXPECT_EQ(layout.size(), 0U);
    EXPECT_EQ(layout.parameter_count(), 0U);
    EXPECT_FALSE(layout.has_batch_norm());
}

TEST(Aligned, RowsArePaddedToSixteenFloats) {
    EXPECT_EQ(padded_floats(0), 0U);
    EXPECT_EQ(padded_floats(1), 16U);
    EXPECT_EQ(padded_floats(16), 16U);
    EXPECT_EQ(padded_floats(17), 32U);
    EXPECT_EQ(padded_floats(784), 784U);
}

TEST(Aligned, VectorsStartOnTheAlignmentWhateverTheirSize) {
    std::vector<AlignedVector<float>> kept;
    for (std::size_t size = 1; size < 200; ++size) {
        kept.emplace_back(size, 1.0F);
        kept.back().push_back(2.0F);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(kept.back().data()) % kernel_alignment, 0U);
    }
}

}  // namespace
}  // namespace mlaasim::sim
