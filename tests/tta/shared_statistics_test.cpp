// Clients that have drifted alike, and the model that they share.
#include "tta/shared_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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
        const auto label = static_cast<std::uint8_t>(i / 2 % classes);  // even and odd samples of each
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
        served.reference_moments = [this]() -> const fl::BatchNormMoments& {
            moments = moments_of(served, served.reference());
            return moments;
        };
        served.predict_with = [this](std::span<const float> parameters, const sim::SampleBlock& samples) {
            std::vector<float> sure;
            for (std::size_t i = 0; i < samples.count(); ++i) {
                const bool is_other = !one_model.empty() && !std::ranges::equal(parameters, one_model);
                const float largest = is_other ? of_others : of_one;
                sure.push_back(largest);
                sure.push_back(1.0F - largest);
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
    /// Samples of which nine in ten are of class 0.
    [[nodiscard]] static sim::SampleBlock skewed(std::size_t count, std::uint64_t entity, int offset) {
        const sim::SampleBlock both = block(2 * count, entity, offset);
        std::array<std::size_t, classes> left{count - count / 10, count / 10};
        std::vector<std::uint32_t> taken;
        for (std::size_t i = 0; i < both.count(); ++i) {
            if (std::size_t& of_class = left[static_cast<std::size_t>(both.labels()[i])]; of_class > 0) {
                --of_class;
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
    fl::BatchNormMoments moments;
    sim::AlignedVector<float> one_model;  ///< that is as sure of all samples as `of_one`; may be none
    float of_one = 0.6F;
    float of_others = 0.99F;
    ServedComposition served{.model = model, .parameters = source, .adapter = adapter.get()};
};

TEST_F(SharedStatisticsTest, HasTheStatisticsOfTheSamplesAndNothingElse) {
    const sim::SampleBlock drifted = block(256, 1, 60);
    const auto shared = SharedStatistics::fit(served, drifted, {});
    ASSERT_TRUE(shared);
    EXPECT_TRUE(std::ranges::equal(shared->parameters(), moved(drifted)));
}

/// Samples mostly of one class: what the class moves is corrected where the mix is known, and what the drift moves
/// stays.
TEST_F(SharedStatisticsTest, CorrectsWhatTheMixOfClassesMoves) {
    const sim::SampleBlock drifted = skewed(2000, 1, 60);
    const sim::AlignedVector<float> balanced = moved(block(4000, 1, 60));
    const auto shared = SharedStatistics::fit(served, drifted, std::vector{0.9, 0.1});
    ASSERT_TRUE(shared);
    EXPECT_LT(apart(shared->parameters(), balanced), 0.5 * apart(moved(drifted), balanced));
    EXPECT_GT(apart(source, balanced), 2.0 * apart(shared->parameters(), balanced)) << "the drift stays";
    EXPECT_EQ(shared->mix_correction(), MixCorrection::known);
}

/// Half of the providers measure more than the others, and theirs are the last samples. All of them are what samples
/// with a mix of classes look like: so it does not matter which come first.
TEST_F(SharedStatisticsTest, MixedSamplesAreOfAllProviders) {
    sim::SampleBlock forwards = providers;
    for (std::size_t i = providers.count() / 2; i < providers.count(); ++i) {
        for (std::size_t v = 0; v < shape.size(); ++v) {
            forwards.sample(i)[v] += 0.2F;
        }
    }
    std::vector<std::uint32_t> order(forwards.count());
    std::ranges::generate(order, [next = forwards.count()]() mutable { return static_cast<std::uint32_t>(--next); });
    sim::SampleBlock backwards;
    backwards.take(forwards, order);
    const sim::SampleBlock drifted = skewed(400, 1, 60);
    const auto with = [&](const sim::SampleBlock& reference) {
        served.reference = [&reference]() -> const sim::SampleBlock& { return reference; };
        return *SharedStatistics::fit(served, drifted, std::vector{0.9, 0.1});
    };
    const SharedStatistics one = with(forwards);
    const SharedStatistics other = with(backwards);
    ASSERT_EQ(one.mix_correction(), MixCorrection::known);
    EXPECT_LT(apart(one.parameters(), other.parameters()), 0.01 * apart(one.parameters(), moved(drifted)));
}

/// The samples tell that they are mostly of the other class.
TEST_F(SharedStatisticsTest, AKnownMixThatTheSamplesContradictDoesNotCount) {
    const sim::SampleBlock drifted = skewed(2000, 1, 60);
    const auto shared = SharedStatistics::fit(served, drifted, std::vector{0.1, 0.9});
    ASSERT_TRUE(shared);
    EXPECT_EQ(shared->mix_correction(), MixCorrection::none);
    EXPECT_TRUE(std::ranges::equal(shared->parameters(), moved(drifted)));
}

TEST_F(SharedStatisticsTest, AKnownMixMustNotMakeTheModelDoubt) {
    const sim::SampleBlock drifted = skewed(2000, 1, 60);
    one_model = moved(drifted);
    of_one = 0.8F;
    const auto with = [&](float surety) {
        of_others = surety;
        return SharedStatistics::fit(served, drifted, std::vector{0.9, 0.1});
    };
    EXPECT_EQ(with(0.77F)->mix_correction(), MixCorrection::known) << "entropy grows by 8 %";
    const auto doubts = with(0.75F);
    EXPECT_EQ(doubts->mix_correction(), MixCorrection::none) << "by 12 %";
    EXPECT_TRUE(std::ranges::equal(doubts->parameters(), one_model));
}

/// The reference has both classes equally often, and so do the samples: hardly anything is to be corrected.
TEST_F(SharedStatisticsTest, AMixAsThatOfTheReferenceChangesLittle) {
    const sim::SampleBlock drifted = block(256, 1, 60);
    const auto shared = SharedStatistics::fit(served, drifted, std::vector{0.5, 0.5});
    ASSERT_TRUE(shared);
    EXPECT_LT(apart(shared->parameters(), moved(drifted)), 0.2 * apart(source, moved(drifted)));
}

/// Where it is not known it is estimated, and counts where the model is surer with it.
TEST_F(SharedStatisticsTest, AnEstimatedMixHasToMakeTheModelSurer) {
    const sim::SampleBlock drifted = skewed(2000, 1, 60);
    const sim::AlignedVector<float> balanced = moved(block(4000, 1, 60));
    const auto no_surer = SharedStatistics::fit(served, drifted, {});
    ASSERT_TRUE(no_surer);
    EXPECT_TRUE(std::ranges::equal(no_surer->parameters(), moved(drifted)));
    EXPECT_EQ(no_surer->mix_correction(), MixCorrection::none);
    one_model = moved(drifted);
    const auto surer = SharedStatistics::fit(served, drifted, {});
    ASSERT_TRUE(surer);
    EXPECT_LT(apart(surer->parameters(), balanced), 0.7 * apart(one_model, balanced));
    EXPECT_EQ(surer->mix_correction(), MixCorrection::estimated);
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
