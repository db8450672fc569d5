#include "sim/drift/sample_block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sim/core/error.hpp"
#include "support/drifting.hpp"

namespace mlaasim::sim {
namespace {

using mlaasim::testing::drifting;

/// 40 images of 1 x 3 x 5 (15 values: a row needs padding), 4 classes.
class SampleBlockTest : public ::testing::Test {
protected:
    SampleBlockTest() : values_(40 * 15), labels_(40) {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            values_[i] = static_cast<std::uint8_t>((i * 37) % 256);
        }
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            labels_[i] = static_cast<std::uint8_t>(i % 4);
        }
        pool_ = {.shape = {1, 3, 5}, .classes = 4, .values = values_, .labels = labels_};
        source_ = {.pool = &pool_,
                   .mean = 0.25F,
                   .deviation = 0.5F,
                   .indices = indices_,
                   .drift = {},
                   .seed = Seed{3},
                   .round = Round{4}};
    }

    std::vector<std::uint8_t> values_;
    std::vector<std::uint8_t> labels_;
    std::vector<std::uint32_t> indices_{7, 0, 39};
    SamplePool pool_;
    SampleSource source_;
};

TEST_F(SampleBlockTest, NormalisesAndPads) {
    SampleBlock block;
    block.read(source_);
    ASSERT_EQ(block.count(), 3U);
    EXPECT_EQ(block.stride(), 16U);
    EXPECT_EQ(block.shape(), pool_.shape);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.sample(i)) % kernel_alignment, 0U);
        for (std::size_t k = 0; k < 15; ++k) {
            const float grey = static_cast<float>(values_[indices_[i] * 15 + k]) / 255.0F;
            EXPECT_NEAR(block.sample(i)[k], (grey - 0.25F) / 0.5F, 1e-6F);
        }
        EXPECT_EQ(block.sample(i)[15], 0.0F);
        EXPECT_EQ(block.labels()[i], labels_[indices_[i]]);
    }
}

TEST_F(SampleBlockTest, WhiteIsExactlyOne) {
    values_[0] = 255;
    source_.mean = 0.0F;
    source_.deviation = 1.0F;
    SampleBlock block;
    block.read(source_);
    EXPECT_EQ(block.sample(1)[0], 1.0F);
}

TEST_F(SampleBlockTest, MemoryIsReusedWithoutLeftovers) {
    SampleBlock fresh;
    fresh.read(source_);
    std::vector<std::uint32_t> all(40);
    std::iota(all.begin(), all.end(), 0U);
    SampleSource noisy = source_;
    noisy.indices = all;
    noisy.drift = drifting({"kind: noise, magnitude: 0.5"});
    SampleBlock reused;
    reused.read(noisy);
    reused.read(source_);
    ASSERT_EQ(reused.count(), 3U);
    for (std::size_t k = 0; k < 3 * reused.stride(); ++k) {
        EXPECT_EQ(reused.sample(0)[k], fresh.sample(0)[k]);
    }
}

TEST_F(SampleBlockTest, DriftComesBeforeNormalisation) {
    source_.drift = drifting({"kind: rotation, magnitude: 180"});
    SampleBlock block;
    block.read(source_);
    for (std::size_t k = 0; k < 15; ++k) {
        const float grey = static_cast<float>(values_[7 * 15 + 14 - k]) / 255.0F;
        EXPECT_NEAR(block.sample(0)[k], (grey - 0.25F) / 0.5F, 1e-4F) << k;
    }
    EXPECT_EQ(block.sample(0)[15], 0.0F);
}

TEST_F(SampleBlockTest, CorruptionsFollowEachOther) {
    source_.mean = 0.0F;
    source_.deviation = 1.0F;
    source_.drift = drifting({"kind: brightness, magnitude: 0.2", "kind: contrast, magnitude: 0.5"});
    SampleBlock block;
    block.read(source_);
    double mean = 0.0;
    for (std::size_t k = 0; k < 15; ++k) {
        mean += static_cast<double>(values_[7 * 15 + k]) / 255.0 / 15.0;
    }
    for (std::size_t k = 0; k < 15; ++k) {
        const double grey = static_cast<double>(values_[7 * 15 + k]) / 255.0;
        EXPECT_NEAR(block.sample(0)[k], std::min(1.0, mean + 0.5 * (grey - mean) + 0.2), 1e-6) << k;
    }
}

TEST_F(SampleBlockTest, NoiseDependsOnSeedSampleAndRoundAlone) {
    source_.drift = drifting({"kind: noise, magnitude: 0.2"});
    SampleBlock block;
    block.read(source_);
    const std::vector<float> first(block.sample(0), block.sample(0) + 15);
    const std::vector<std::uint32_t> alone{7};
    source_.indices = alone;
    block.read(source_);
    EXPECT_EQ(std::vector<float>(block.sample(0), block.sample(0) + 15), first);
    source_.round = Round{5};
    block.read(source_);
    EXPECT_NE(std::vector<float>(block.sample(0), block.sample(0) + 15), first);
    source_.round = Round{4};
    source_.seed = Seed{4};
    block.read(source_);
    EXPECT_NE(std::vector<float>(block.sample(0), block.sample(0) + 15), first);
}

TEST_F(SampleBlockTest, LabelsSwapAndImagesStay) {
    SampleBlock clean;
    clean.read(source_);
    source_.drift = drifting({"kind: label_swap, classes: [3, 0]"});
    SampleBlock swapped;
    swapped.read(source_);
    EXPECT_EQ(std::vector<std::int64_t>(swapped.labels().begin(), swapped.labels().end()),
              (std::vector<std::int64_t>{0, 3, 0}));
    EXPECT_EQ(std::vector<float>(swapped.sample(0), swapped.sample(0) + 15),
              std::vector<float>(clean.sample(0), clean.sample(0) + 15));
}

TEST_F(SampleBlockTest, AnEmptySourceGivesAnEmptyBlock) {
    source_.indices = {};
    SampleBlock block;
    block.read(source_);
    EXPECT_EQ(block.count(), 0U);
}

TEST_F(SampleBlockTest, AnIndexBeyondThePoolIsABug) {
    const std::vector<std::uint32_t> beyond{40};
    source_.indices = beyond;
    SampleBlock block;
    EXPECT_THROW(block.read(source_), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
