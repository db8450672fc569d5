// Clients that have drifted alike, and the model that they share.
#include "tta/shared_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/test_samples.hpp"
#include "support/chosen.hpp"
#include "tta/first_layer.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::TestPool;

constexpr sim::SampleShape shape{3, 1, 32};
constexpr std::uint32_t classes = 2;

TEST(DriftedAlike, GroupsByDirectionWhateverTheLength) {
    using Groups = std::vector<std::size_t>;
    EXPECT_EQ(drifted_alike(std::vector<std::vector<double>>{{1, 0}, {0, 3}, {9, 1}, {-2, 0}, {0.1, 0.2}}),
              (Groups{0, 1, 0, 3, 1}));
    EXPECT_EQ(drifted_alike(std::vector<std::vector<double>>{{1, 0}, {0.72, 0.694}, {0.68, 0.733}}), (Groups{0, 0, 2}))
        << "cosines of .72 and .68";
    EXPECT_TRUE(drifted_alike({}).empty());
}

/// Waves of two lengths; `offset` is added to all values.
sim::DecodedPool waves(std::size_t count, std::uint64_t entity, int offset) {
    sim::RandomStream random{sim::Seed{9}, sim::Purpose::test, entity, 0};
    sim::DecodedPool pool;
    for (std::size_t i = 0; i < count; ++i) {
        const auto label = static_cast<std::uint8_t>(i % classes);
        pool.labels.push_back(label);
        for (std::size_t v = 0; v < shape.size(); ++v) {
            const double wave = std::sin(static_cast<double>(v % 32) * (label == 0 ? 0.4 : 0.9) + random.uniform());
            pool.values.push_back(static_cast<std::uint8_t>(std::clamp(100.0 + 30.0 * wave + offset, 0.0, 255.0)));
        }
    }
    return pool;
}

class SharedStatisticsTest : public ::testing::Test {
protected:
    SharedStatisticsTest() {
        const sim::SampleBlock providers = clean.block();
        mixes = ClassMixes::fit(first_layer_features(model, source, providers), providers.labels(), classes);
        served.mixes = &*mixes;
    }
    [[nodiscard]] static sim::SampleBlock block(std::size_t count, std::uint64_t entity, int offset) {
        return TestPool{shape, classes, waves(count, entity, offset)}.block();
    }
    [[nodiscard]] static std::size_t flagged(const std::vector<std::uint8_t>& flags) {
        return static_cast<std::size_t>(std::ranges::count(flags, 1));
    }

    const fl::Model model{fl::testing::cnn1d({4, 3}, {6}), shape, classes};
    const std::unique_ptr<fl::BatchNormAdapter> adapter = fl::make_batch_norm_adapter(fl::testing::fused, model);
    sim::AlignedVector<float> source = fl::testing::initial(model);
    const TestPool clean{shape, classes, waves(600, 0, 0)};
    std::optional<ClassMixes> mixes;
    ServedComposition served{.model = model, .parameters = source, .adapter = adapter.get()};
};

TEST_F(SharedStatisticsTest, HasTheStatisticsOfTheSamplesAndNothingElse) {
    const sim::SampleBlock drifted = block(256, 1, 60);
    const auto shared = SharedStatistics::fit(served, drifted);
    ASSERT_TRUE(shared);
    sim::AlignedVector<float> expected = source;
    adapter->adapt(expected, drifted, 256,
                   {.share = 256.0 / 320.0, .spread = fl::BatchNormAdaptation::Spread::of_means});
    EXPECT_TRUE(std::ranges::equal(shared->parameters(), expected));
}

TEST_F(SharedStatisticsTest, BatchesThatHaveDriftedSoGoToIt) {
    const auto shared = SharedStatistics::fit(served, block(256, 1, 60));
    ASSERT_TRUE(shared);
    EXPECT_EQ(flagged(shared->drifted(served, block(100, 2, 60))), 100U);
    EXPECT_EQ(flagged(shared->drifted(served, block(100, 3, 0))), 0U) << "the stream has gone back";
    EXPECT_EQ(flagged(shared->drifted(served, block(100, 4, -60))), 0U) << "the stream has gone elsewhere";
    EXPECT_EQ(flagged(shared->drifted(served, block(5, 5, 60))), 5U) << "a batch may be short";
    EXPECT_TRUE(shared->drifted(served, {}).empty());
}

/// The stream goes back within the window: a batch of 32 is judged as a whole, and the last one has the rest.
TEST_F(SharedStatisticsTest, AStreamThatGoesBackIsFoundBatchByBatch) {
    const auto shared = SharedStatistics::fit(served, block(256, 1, 60));
    ASSERT_TRUE(shared);
    sim::DecodedPool pool = waves(64, 2, 60);
    const sim::DecodedPool upright = waves(40, 3, 0);
    pool.values.insert(pool.values.end(), upright.values.begin(), upright.values.end());
    pool.labels.insert(pool.labels.end(), upright.labels.begin(), upright.labels.end());
    const std::vector<std::uint8_t> flags = shared->drifted(served, TestPool{shape, classes, pool}.block());
    ASSERT_EQ(flags.size(), 104U);
    EXPECT_EQ(std::count(flags.begin(), flags.begin() + 64, 1), 64);
    EXPECT_EQ(std::count(flags.begin() + 64, flags.end(), 1), 0);
}

TEST_F(SharedStatisticsTest, IsOfNoUseWhereItIsNotFinite) {
    sim::SampleBlock broken = block(64, 1, 60);
    broken.sample(3)[5] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(SharedStatistics::fit(served, broken));
}

}  // namespace
}  // namespace mlaasim::tta
