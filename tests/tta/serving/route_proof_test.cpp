// A turn that looks right without labels, and is refuted by them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/test_samples.hpp"
#include "support/chosen.hpp"
#include "tta/first_layer.hpp"
#include "tta/serving/bars.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {
namespace {

constexpr float background = -0.3F / 0.25F;  // of TestPool

/// Bars, all of class 0.
sim::DecodedPool bars_of_class_0(std::size_t count, std::uint64_t entity) {
    sim::DecodedPool pool = bars(count, entity);
    std::ranges::fill(pool.labels, std::uint8_t{0});
    return pool;
}

/// Sure of class `of_upright` where rows are even, unsure else.
std::vector<float> judge(const sim::SampleBlock& samples, std::size_t of_upright) {
    std::vector<float> probabilities;
    for (const float sure : sureness(samples, background)) {
        probabilities.push_back(of_upright == 0 ? sure : 1.0F - sure);
        probabilities.push_back(of_upright == 0 ? 1.0F - sure : sure);
    }
    return probabilities;
}

class RouteProof : public ::testing::Test {
protected:
    [[nodiscard]] Decision decide(std::size_t of_upright, std::size_t labels) const {
        const auto route = mlaasim::testing::chosen(serving_kinds(), "kind: route");
        sim::SampleBlock turned;
        turned.turn(window, window.count(), 30.0, background);
        const fl::testing::TestPool few{shape, 2, bars_of_class_0(labels == 0 ? 1 : labels, 2)};
        const sim::SampleBlock upright = few.block();
        sim::SampleBlock labelled;
        if (labels > 0) {
            labelled.turn(upright, labels, 30.0, background);
        }
        return route->decide({.model = mlp,
                              .predict = [&](const sim::SampleBlock& s) { return judge(s, of_upright); },
                              .predict_with = {},
                              .zero = background,
                              .gate = &*gate,
                              .clean_gain = [](std::size_t) { return 0.05; }},
                             turned, labelled);
    }

    /// The gate has seen images that lie a little askew.
    [[nodiscard]] static Features seen(const fl::Model& model, const sim::SampleBlock& clean) {
        Features features = first_layer_features(model, {}, clean);
        for (const double angle : {-4.0, -2.0, 2.0, 4.0}) {
            sim::SampleBlock there;
            there.turn(clean, clean.count(), 30.0 + angle, background);
            sim::SampleBlock back;
            back.turn(there, there.count(), -30.0, background);
            const Features more = first_layer_features(model, {}, back);
            features.values.insert(features.values.end(), more.values.begin(), more.values.end());
        }
        return features;
    }

    const fl::Model mlp{fl::testing::mlp({4}), shape, 2};
    const fl::testing::TestPool clean{shape, 2, bars_of_class_0(601, 0)};
    const fl::testing::TestPool stream{shape, 2, bars_of_class_0(150, 1)};
    const sim::SampleBlock window = stream.block();
    const std::optional<Gate> gate = Gate::fit(seen(mlp, clean.block()));
};

/// Turned back the model is sure, and right: the labels agree.
TEST_F(RouteProof, LabelsAgreeToATurnThatHelps) {
    const Decision decision = decide(0, 40);
    EXPECT_EQ(decision.branch, Branch::aligned);
    EXPECT_EQ(decision.labels, 40);
    EXPECT_GT(decision.benefit_bound, 0.0);
}

/// Turned back the model is sure, and wrong. Without labels nobody can know.
TEST_F(RouteProof, LabelsRefuteATurnThatHarms) {
    EXPECT_EQ(decide(1, 0).branch, Branch::aligned);
    EXPECT_EQ(decide(1, 9).branch, Branch::aligned) << "too few to tell";
    const Decision refuted = decide(1, 40);
    EXPECT_EQ(refuted.branch, Branch::plain);
    EXPECT_NE(refuted.reason, Reason::turned);
    EXPECT_EQ(refuted.labels, 40);
    EXPECT_LT(refuted.benefit, 0.0);
}

/// Three axes, of which the second is almost at rest until the device is turned; all of class 0.
sim::DecodedPool resting_axis(const sim::SampleShape& series, std::size_t count, std::uint64_t entity) {
    sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, entity, 0};
    sim::DecodedPool pool;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::uint32_t t = 0; t < series.width; ++t) {
            pool.values.push_back(static_cast<std::uint8_t>(190 + random.below(60)));
        }
        for (std::uint32_t t = 0; t < series.width; ++t) {
            pool.values.push_back(static_cast<std::uint8_t>(123 + random.below(11)));
        }
        for (std::uint32_t t = 0; t < series.width; ++t) {
            pool.values.push_back(static_cast<std::uint8_t>(100 + random.below(60)));
        }
        pool.labels.push_back(0);
    }
    return pool;
}

/// How sure a model is does not tell which way sensors have turned, so labels have to.
TEST(RouteOfSensors, TurnsSamplesBackOnLabelsAlone) {
    constexpr sim::SampleShape series{3, 1, 20};
    const fl::Model mlp{fl::testing::mlp({4}), series, 2};
    const fl::testing::TestPool clean{series, 2, resting_axis(series, 601, 0)};
    const fl::testing::TestPool stream{series, 2, resting_axis(series, 150, 1)};
    const std::optional<Gate> gate = Gate::fit(first_layer_features(mlp, {}, clean.block()));
    const float zero = zero_of(series, 0.3F, 0.25F);
    const ServedComposition composition{
        .model = mlp,
        .predict =
            [&](const sim::SampleBlock& samples) {
                std::vector<float> probabilities;
                for (std::size_t i = 0; i < samples.count(); ++i) {
                    double moved = 0.0;
                    for (std::size_t t = 0; t < series.width; ++t) {
                        moved += std::abs(samples.sample(i)[series.width + t] - zero) / series.width;
                    }
                    const auto sure = static_cast<float>(1.0 - 0.49 * std::min(1.0, moved));
                    probabilities.insert(probabilities.end(), {sure, 1.0F - sure});
                }
                return probabilities;
            },
        .zero = zero,
        .gate = &*gate,
        .clean_gain = [](std::size_t) { return 0.05; }};
    sim::SampleBlock turned;
    turned.turn(stream.block(), 150, 20.0, zero);
    const auto route = mlaasim::testing::chosen(serving_kinds(), "kind: route");
    EXPECT_NE(route->decide(composition, turned, sim::SampleBlock{}).branch, Branch::aligned);
    const Decision proved = route->decide(composition, turned, turned);
    EXPECT_EQ(proved.branch, Branch::aligned);
    EXPECT_NEAR(proved.angle, 20.0, 4.0);
}

}  // namespace
}  // namespace mlaasim::tta
