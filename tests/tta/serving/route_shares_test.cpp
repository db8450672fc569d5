// The branch of the route that serves clients by the statistics of all that have drifted alike.
#include <gtest/gtest.h>

#include <cmath>

#include "fl/engines.hpp"
#include "fl/test_samples.hpp"
#include "tta/serving/route_fixture.hpp"
#include "tta/shared_statistics.hpp"

namespace mlaasim::tta {
namespace {

constexpr sim::SampleShape series{3, 1, 32};

class RouteShares : public ::testing::Test {
protected:
    RouteShares() {
        const Features features = first_layer_features(model, source, providers);
        mixes = ClassMixes::fit(features, providers.labels(), 2);
        gate = Gate::fit(features);
        served.mixes = &*mixes;
        served.gate = &*gate;
        served.reference = [this]() -> const sim::SampleBlock& { return providers; };
        moments = moments_of(served, providers);
        served.reference_moments = [this]() -> const fl::BatchNormMoments& { return moments; };
        served.predict_with = [](std::span<const float>, const sim::SampleBlock& samples) {
            return says(samples, 0.9F);
        };
        shared = SharedStatistics::fit(served, window, std::vector{0.5, 0.5});
        // Of what the composition says of drifted samples nothing is right; of what the shared model says all is.
        served.predict = [](const sim::SampleBlock& samples) { return says(samples, 0.1F); };
    }
    static std::vector<float> says(const sim::SampleBlock& samples, float of_the_label) {
        std::vector<float> probabilities;
        for (const std::int64_t label : samples.labels()) {
            probabilities.push_back(label == 0 ? of_the_label : 1.0F - of_the_label);
            probabilities.push_back(label == 1 ? of_the_label : 1.0F - of_the_label);
        }
        return probabilities;
    }
    [[nodiscard]] DriftedStream drifted() const {
        return {.distance = 40.0, .clean_distance = 0.3, .clients = 3, .shared = &*shared};
    }

    const fl::Model model{fl::testing::cnn1d({4, 3}, {6}), series, 2};
    const std::unique_ptr<fl::BatchNormAdapter> adapter = fl::make_batch_norm_adapter(fl::testing::fused, model);
    const sim::AlignedVector<float> source = fl::testing::initial(model);
    const TestPool clean{series, 2, fl::testing::random_samples(series, 2, 400)};
    const sim::SampleBlock providers = clean.block();
    const sim::SampleBlock window = [this] {
        sim::DecodedPool bright = fl::testing::random_samples(series, 2, 100);
        for (std::uint8_t& value : bright.values) {
            value = static_cast<std::uint8_t>(128 + value / 2);
        }
        return TestPool{series, 2, bright}.block();
    }();
    std::optional<ClassMixes> mixes;
    std::optional<Gate> gate;
    fl::BatchNormMoments moments;
    std::optional<SharedStatistics> shared;
    ServedComposition served{
        .model = model, .parameters = source, .adapter = adapter.get(), .clean_gain = [](std::size_t) { return 10.0; }};
    const sim::SampleBlock no_labels{};
};

TEST_F(RouteShares, OnlyWhereItIsAskedFor) {
    EXPECT_FALSE(serving("route")->shares());
    EXPECT_FALSE(serving("plain")->shares());
    EXPECT_TRUE(serving("route, share_statistics: true")->shares());
    EXPECT_NE(serving("route")->decide(served, window, no_labels, drifted()).branch, Branch::shared);
    const Decision decision = serving("route, share_statistics: true")->decide(served, window, no_labels, drifted());
    EXPECT_TRUE(std::isnan(serving("route, share_statistics: true")->decide(served, window, no_labels).drift))
        << "nobody looked";
    EXPECT_EQ(decision.branch, Branch::shared);
    EXPECT_EQ(decision.reason, Reason::drifted_alike);
    EXPECT_EQ(decision.drift, 40.0);
    EXPECT_EQ(decision.clean_drift, 0.3);
    EXPECT_EQ(decision.alike, 3);
    EXPECT_EQ(decision.mix_correction, shared->mix_correction());
    EXPECT_NE(decision.mix_correction, MixCorrection::no_group);
}

TEST_F(RouteShares, WhoHasDriftedAloneGoesOnAlongTheRoute) {
    DriftedStream alone = drifted();
    alone.clients = 1;
    alone.shared = nullptr;
    const Decision decision = serving("route, share_statistics: true")->decide(served, window, no_labels, alone);
    EXPECT_NE(decision.branch, Branch::shared);
    EXPECT_EQ(decision.drift, 40.0);
    EXPECT_EQ(decision.alike, 1);
    EXPECT_EQ(decision.mix_correction, MixCorrection::no_group);
    EXPECT_FALSE(std::isnan(decision.flagged)) << "the gate was asked";
}

TEST_F(RouteShares, LabelsHaveToProveIt) {
    EXPECT_EQ(serving("route, share_statistics: true")->decide(served, window, window, drifted()).branch,
              Branch::shared);
    served.predict = [](const sim::SampleBlock& samples) { return says(samples, 0.95F); };
    const Decision refused = serving("route, share_statistics: true")->decide(served, window, window, drifted());
    EXPECT_NE(refused.branch, Branch::shared);
    EXPECT_LE(refused.benefit_bound, 0.0);
}

}  // namespace
}  // namespace mlaasim::tta
