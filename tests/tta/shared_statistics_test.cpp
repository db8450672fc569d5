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
        // Of a trained model: clean samples are normalised.
        adapter->adapt(source, providers, providers.count(), {.share = 1.0});
        mixes = ClassMixes::fit(first_layer_features(model, source, providers), providers.labels(), classes);
        served.mixes = &*mixes;
        served.reference = [this]() -> const sim::SampleBlock& { return providers; };
        served.predict_with = [this](std::span<const float> parameters, const sim::SampleBlock& samples) {
            std::vector<float> sure;
            for (std::size_t i = 0; i < samples.count(); ++i) {
                const bool of_moved = !as_they_are.empty() && !std::ranges::equal(parameters, as_they_are);
                sure.push_back(of_moved ? 0.99F : 0.6F);
                sure.push_back(of_moved ? 0.01F : 0.4F);
            }
            return sure;
        };
    }
    /// The distance of batch norm's means and variances from those of another model.
    [[nodiscard]] double apart(std::span<const float> one, std::span<const float> other) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < one.size(); ++i) {
            sum += std::pow(static_cast<double>(one[i] - other[i]), 2);
        }
        return std::sqrt(sum);
    }
    /// The statistics of the samples, whatever their classes.
    [[nodiscard]] sim::AlignedVector<float> moved(const sim::SampleBlock& samples) const {
        sim::AlignedVector<float> parameters = source;
        adapter->adapt(parameters, samples, samples.count(),
                       {.share = static_cast<double>(samples.count()) / static_cast<double>(samples.count() + 64),
                        .spread = fl::BatchNormAdaptation::Spread::of_means});
        return parameters;
    }
    /// Samples of one class alone.
    [[nodiscard]] static sim::SampleBlock of_class(std::int64_t label, std::size_t count, std::uint64_t entity,
                                                   int offset) {
        const sim::SampleBlock both = block(classes * count, entity, offset);
        std::vector<std::uint32_t> taken;
        for (std::size_t i = 0; i < both.count(); ++i) {
            if (both.labels()[i] == label) {
                taken.push_back(static_cast<std::uint32_t>(i));
            }
        }
        sim::SampleBlock found;
        found.take(both, taken);
        return found;
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
    const sim::SampleBlock providers = clean.block();
    std::optional<ClassMixes> mixes;
    sim::AlignedVector<float> as_they_are;  ///< the model that doubts, if there is one; all others are sure
    ServedComposition served{.model = model, .parameters = source, .adapter = adapter.get()};
};

TEST_F(SharedStatisticsTest, HasTheStatisticsOfTheSamplesAndNothingElse) {
    const sim::SampleBlock drifted = block(256, 1, 60);
    const auto shared = SharedStatistics::fit(served, drifted, {});
    ASSERT_TRUE(shared);
    EXPECT_TRUE(std::ranges::equal(shared->parameters(), moved(drifted)));
}

/// Samples of one class: what the class moves is taken off where the mix is known, and what the drift moves stays.
TEST_F(SharedStatisticsTest, TakesOffWhatTheMixOfClassesMoves) {
    const sim::SampleBlock drifted = of_class(0, 2000, 1, 60);
    const sim::AlignedVector<float> balanced = moved(block(4000, 1, 60));
    const auto shared = SharedStatistics::fit(served, drifted, std::vector{1.0, 0.0});
    ASSERT_TRUE(shared);
    EXPECT_LT(apart(shared->parameters(), balanced), 0.5 * apart(moved(drifted), balanced));
    EXPECT_GT(apart(source, balanced), 2.0 * apart(shared->parameters(), balanced)) << "the drift stays";
}

/// The reference has both classes equally often, and so do the samples: hardly anything is to be taken off.
TEST_F(SharedStatisticsTest, AMixAsThatOfTheReferenceChangesLittle) {
    const sim::SampleBlock drifted = block(256, 1, 60);
    const auto shared = SharedStatistics::fit(served, drifted, std::vector{0.5, 0.5});
    ASSERT_TRUE(shared);
    EXPECT_LT(apart(shared->parameters(), moved(drifted)), 0.2 * apart(source, moved(drifted)));
}

/// Where it is not known it is estimated, and counts where the model is surer with it.
TEST_F(SharedStatisticsTest, AnEstimatedMixHasToMakeTheModelSurer) {
    const sim::SampleBlock drifted = of_class(0, 2000, 1, 60);
    const sim::AlignedVector<float> balanced = moved(block(4000, 1, 60));
    const auto no_surer = SharedStatistics::fit(served, drifted, {});
    ASSERT_TRUE(no_surer);
    EXPECT_TRUE(std::ranges::equal(no_surer->parameters(), moved(drifted)));
    as_they_are = moved(drifted);
    const auto surer = SharedStatistics::fit(served, drifted, {});
    ASSERT_TRUE(surer);
    EXPECT_LT(apart(surer->parameters(), balanced), 0.7 * apart(as_they_are, balanced));
}

TEST_F(SharedStatisticsTest, BatchesThatHaveDriftedSoGoToIt) {
    const auto shared = SharedStatistics::fit(served, block(256, 1, 60), {});
    ASSERT_TRUE(shared);
    EXPECT_EQ(flagged(shared->drifted(served, block(100, 2, 60))), 100U);
    EXPECT_EQ(flagged(shared->drifted(served, block(100, 3, 0))), 0U) << "the stream has gone back";
    EXPECT_EQ(flagged(shared->drifted(served, block(100, 4, -60))), 0U) << "the stream has gone elsewhere";
    EXPECT_EQ(flagged(shared->drifted(served, block(5, 5, 60))), 5U) << "a batch may be short";
    EXPECT_TRUE(shared->drifted(served, {}).empty());
}

/// The stream goes back within the window: a batch of 32 is judged as a whole, and the last one has the rest.
TEST_F(SharedStatisticsTest, AStreamThatGoesBackIsFoundBatchByBatch) {
    const auto shared = SharedStatistics::fit(served, block(256, 1, 60), {});
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
    EXPECT_FALSE(SharedStatistics::fit(served, broken, {}));
}

}  // namespace
}  // namespace mlaasim::tta
