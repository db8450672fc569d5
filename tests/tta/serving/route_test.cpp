#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "fl/engine.hpp"
#include "tta/class_steering.hpp"
#include "tta/flagged_adaptation.hpp"
#include "tta/routed.hpp"
#include "tta/serving/route_fixture.hpp"

namespace mlaasim::tta {
namespace {

TEST_F(RouteTest, LeavesCleanWindowsAlone) {
    const Decision decision = serving("route")->decide(composition(), window, no_labels);
    EXPECT_EQ(decision.branch, Branch::plain);
    EXPECT_EQ(decision.reason, Reason::gate_closed);
    EXPECT_EQ(decision.samples, 150);
    EXPECT_LT(std::abs(decision.angle), 4.0);
    EXPECT_LT(decision.flagged, decision.flagged_to_open);
}

TEST_F(RouteTest, TurnsImagesBack) {
    for (const double angle : {-30.0, 22.5}) {
        const Decision decision = serving("route")->decide(composition(), turned(window, angle), no_labels);
        EXPECT_EQ(decision.branch, Branch::aligned);
        EXPECT_EQ(decision.reason, Reason::turned);
        EXPECT_NEAR(decision.angle, angle, 4.0);
        EXPECT_GT(decision.gain, decision.clean_gain);
        EXPECT_LE(decision.flagged_aligned, 0.7);
        EXPECT_TRUE(std::isnan(decision.flagged)) << "the gate flags nothing where samples are turned back";
    }
}

TEST_F(RouteTest, DoesNotTurnForLessThanCleanWindowsGain) {
    ServedComposition served = composition();
    served.clean_gain = [](std::size_t) { return 10.0; };
    EXPECT_NE(serving("route")->decide(served, turned(window, 30.0), no_labels).branch, Branch::aligned);
}

/// What still looks strange when it is turned back has not turned.
TEST_F(RouteTest, DoesNotTurnWhatIsFlaggedAfterwards) {
    const Decision decision = serving("route")->decide(composition(), turned(bright(150), 30.0), no_labels);
    EXPECT_GT(decision.flagged_aligned, 0.7);
    EXPECT_NE(decision.branch, Branch::aligned);
}

/// A model may be surer of samples that are turned, though they have not turned.
TEST_F(RouteTest, DoesNotTurnWhereAsManyAreFlaggedAsBefore) {
    ServedComposition served = composition();
    served.predict = [](const sim::SampleBlock& samples) { return judge(turned(samples, 15.0)); };
    const Decision decision = serving("route")->decide(served, half_bright(150), no_labels);
    EXPECT_GT(decision.gain, decision.clean_gain);
    EXPECT_GT(decision.flagged_aligned, 0.25);
    EXPECT_LE(decision.flagged_aligned, 0.7);
    EXPECT_GE(decision.flagged_aligned, decision.flagged);
    EXPECT_NE(decision.branch, Branch::aligned);
}

/// Fewer is not enough: it must be too many fewer for chance.
TEST_F(RouteTest, TurnsWhereManyAreFlaggedOnlyIfSurelyFewerAreAfterwards) {
    Features known = first_layer_features(mlp, {}, clean.block());
    for (const double angle : {-30.0, -26.0, -22.0}) {
        const Features more = first_layer_features(mlp, {}, turned(clean.block(), angle));
        known.values.insert(known.values.end(), more.values.begin(), more.values.end());
    }
    const std::optional<Gate> of_both = Gate::fit(known);
    ServedComposition served = composition();
    served.gate = &*of_both;
    served.predict = [](const sim::SampleBlock& samples) { return judge(turned(samples, 30.0)); };
    std::vector<double> refused;
    std::vector<double> taken;
    for (std::uint32_t strange_upright = 0; strange_upright <= 24; ++strange_upright) {
        // Two fifths are bright. Of the others the last so many look strange as they are, and not once they are turned.
        sim::SampleBlock samples = half_bright(128);
        const sim::SampleBlock askew = turned(window, 26.0);
        for (std::uint32_t i = 0; i < samples.count(); ++i) {
            const bool bright_one = i % 2 == 0 && i < 104;
            const bool strange = i >= samples.count() - strange_upright;
            if (!bright_one) {
                std::copy_n((strange ? askew : window).sample(i), samples.stride(), samples.sample(i));
            }
        }
        const Decision decision = serving("route")->decide(served, samples, no_labels);
        ASSERT_GT(decision.gain, decision.clean_gain);
        const std::vector<std::uint8_t> before = flags_of(served, samples);
        const std::vector<std::uint8_t> after = flags_of(served, turned(samples, -decision.angle));
        ASSERT_GT(flagged_among(before), 32U);
        double fewer = 0;
        double changed = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            fewer += before[i] - after[i];
            changed += before[i] != after[i] ? 1 : 0;
        }
        const double z = fewer / std::sqrt(std::max(changed, 1.0));
        (decision.branch == Branch::aligned ? taken : refused).push_back(z);
    }
    ASSERT_FALSE(taken.empty());
    ASSERT_FALSE(refused.empty());
    EXPECT_GT(std::ranges::min(taken), 1.645) << "5 %, one-sided";
    EXPECT_LE(std::ranges::max(refused), 1.645);
    EXPECT_GT(std::ranges::max(refused), 0.5) << "fewer, but not surely";
}

/// Under members that harm, images that are turned back may look stranger than turned ones.
TEST_F(RouteTest, TurnsWhereFewAreFlaggedAsTheyAreWhateverTheGateSaysAfterwards) {
    Features known = first_layer_features(mlp, {}, turned(clean.block(), 15.0));
    const Features more = first_layer_features(mlp, {}, turned(clean.block(), 30.0));
    known.values.insert(known.values.end(), more.values.begin(), more.values.end());
    const std::optional<Gate> of_turned = Gate::fit(known);
    ServedComposition served = composition();
    served.gate = &*of_turned;
    const Decision decision = serving("route")->decide(served, turned(window, 30.0), no_labels);
    EXPECT_GT(decision.flagged_aligned, 0.25);
    EXPECT_EQ(decision.branch, Branch::aligned);
}

TEST_F(RouteTest, SeesThatTheGateIsOpenButHasNothingToAdapt) {
    const Decision decision = serving("route")->decide(composition(), bright(150), no_labels);
    EXPECT_EQ(decision.branch, Branch::plain);
    EXPECT_EQ(decision.reason, Reason::no_batch_norm);
    EXPECT_GE(decision.flagged, decision.flagged_to_open);
}

TEST_F(RouteTest, NamesWindowsThatAreTooShortAndReferencesThatAreMissing) {
    const auto decide = [&](const ServedComposition& served, std::size_t samples) {
        return serving("route")->decide(served, stream.block(samples), no_labels).reason;
    };
    EXPECT_EQ(decide(composition(), 15), Reason::few_samples);
    EXPECT_EQ(decide(composition(), 16), Reason::gate_closed);
    ServedComposition without = composition();
    without.gate = nullptr;
    EXPECT_EQ(decide(without, 16), Reason::no_reference);
    EXPECT_EQ(serving("route")->decide(composition(), sim::SampleBlock{}, no_labels).reason, Reason::few_samples);
}

TEST_F(RouteTest, StandsConstantImages) {
    const sim::DecodedPool grey{.values = std::vector<std::uint8_t>(40 * shape.size(), 128),
                                .labels = std::vector<std::uint8_t>(40, 0)};
    const Decision decision = serving("route")->decide(composition(), TestPool{shape, 2, grey}.block(), no_labels);
    EXPECT_EQ(decision.branch, Branch::plain);
    EXPECT_EQ(decision.reason, Reason::equal_samples);
    EXPECT_EQ(name_of(decision.reason), "equal samples");
}

TEST_F(RouteTest, KnowsACameraThatHangs) {
    const sim::SampleBlock many = bright(40);
    sim::SampleBlock one;
    one.take(many, std::vector<std::uint32_t>(40, 3U));
    EXPECT_EQ(serving("route")->decide(composition(), one, no_labels).reason, Reason::equal_samples);
    std::vector<std::uint32_t> but_the_last(40, 3U);
    but_the_last.back() = 4;
    one.take(many, but_the_last);
    EXPECT_NE(serving("route")->decide(composition(), one, no_labels).reason, Reason::equal_samples);
}

TEST_F(RouteTest, PlainServingLooksAtNothing) {
    EXPECT_FALSE(serving("plain")->looks());
    EXPECT_EQ(serving("plain")->decide(composition(), bright(50), no_labels).branch, Branch::plain);
    EXPECT_TRUE(serving("route")->looks());
}

/// A cnn that has learnt nothing: whether its batch norm is adapted is what counts here, not what for.
class RouteWithBatchNorm : public RouteTest {
protected:
    [[nodiscard]] ServedComposition served() {
        return {.model = cnn,
                .parameters = parameters,
                .predict = [this](const sim::SampleBlock& s) { return evaluator.probabilities(parameters, s); },
                .predict_with = [this](std::span<const float> p,
                                       const sim::SampleBlock& s) { return evaluator.probabilities(p, s); },
                .adapter = adapter.get(),
                .zero = background,
                .gate = &*gate_of_cnn,
                .clean_gain = [](std::size_t) { return 10.0; }};
    }

    const fl::Model cnn{fl::testing::cnn({4}, {}), shape, 2};
    const sim::AlignedVector<float> parameters = fl::testing::initial(cnn);
    fl::ModelEvaluator evaluator = fl::make_evaluator({.fused = false, .reason = "test"}, cnn, 64);
    const std::unique_ptr<fl::BatchNormAdapter> adapter =
        fl::make_batch_norm_adapter({.fused = true, .reason = "test"}, cnn);
    const std::optional<Gate> gate_of_cnn = Gate::fit(reference(cnn, parameters, clean.block()));
};

TEST_F(RouteWithBatchNorm, AdaptsToWhatIsFlagged) {
    const Decision decision = serving("route")->decide(served(), bright(150), no_labels);
    EXPECT_EQ(decision.branch, Branch::adapted);
    EXPECT_EQ(decision.reason, Reason::gate_open);
    EXPECT_GT(decision.adapted_to, 20);
    EXPECT_EQ(decision.labels, 0);
    EXPECT_TRUE(std::isnan(decision.benefit));
}

TEST_F(RouteWithBatchNorm, KeepsTheClassesOfSamplesThatAreNotFlagged) {
    const sim::SampleBlock mixed = half_bright(300);
    const ServedComposition composition = served();
    const Parted parted = part(mixed, flags_of(composition, mixed));
    ASSERT_GE(parted.others.count(), 64U);
    const auto keeping = mlaasim::testing::chosen(serving_kinds(), "kind: route, keep_classes: true");
    EXPECT_EQ(keeping->adapted(composition, parted),
              adapt_to_flagged(cnn, *adapter, parameters, parted.flagged,
                               class_shares(composition.predict(parted.others), 2)));
    EXPECT_NE(keeping->adapted(composition, parted), serving("route")->adapted(composition, parted));
    // By few samples nobody knows which classes there are.
    Parted few{.flagged = parted.flagged, .others = {}};
    EXPECT_EQ(keeping->adapted(composition, few), serving("route")->adapted(composition, few));
    EXPECT_EQ(keeping->decide(composition, mixed, no_labels).branch, Branch::adapted);
}

/// Labels decide: the same adaptation is taken or not as they say. They are set to what it makes likelier, or less so.
TEST_F(RouteWithBatchNorm, LabelsRefuteWhatHarms) {
    const sim::SampleBlock shifted = bright(150);
    const ServedComposition composition = served();
    const Parted parted = part(shifted, flags_of(composition, shifted));
    const auto adapted = adapt_to_flagged(*adapter, parameters, parted.flagged);
    ASSERT_TRUE(adapted.has_value());
    const std::vector<float> plain = composition.predict(shifted);
    const std::vector<float> other = routed_probabilities(composition, *adapted, shifted);
    for (const bool helps : {true, false}) {
        sim::DecodedPool pool = bars(150, 2);
        for (std::size_t i = 0; i < pool.labels.size(); ++i) {
            const bool first_is_likelier = other[2 * i] > plain[2 * i];
            pool.labels[i] = first_is_likelier == helps ? 0 : 1;
        }
        for (std::uint8_t& value : pool.values) {
            value = static_cast<std::uint8_t>(std::min(255, value + 120));
        }
        const TestPool labelled{shape, 2, pool};
        const Decision decision = serving("route")->decide(composition, shifted, labelled.block());
        EXPECT_EQ(decision.labels, 150);
        EXPECT_EQ(decision.branch, helps ? Branch::adapted : Branch::plain);
        EXPECT_EQ(decision.reason, helps ? Reason::gate_open : Reason::not_proved);
        EXPECT_EQ(decision.benefit > 0.0, helps);
        EXPECT_LT(decision.benefit_bound, decision.benefit);
    }
}

TEST_F(RouteWithBatchNorm, RoutedPredictionsAreInTheOrderOfTheSamples) {
    const ServedComposition composition = served();
    sim::AlignedVector<float> other = parameters;
    other.back() = 0.0F;
    for (float& value : other) {
        value *= 0.5F;
    }
    const sim::SampleBlock shifted = bright(40);
    const std::vector<std::uint8_t> flags = flags_of(composition, shifted);
    ASSERT_GT(flagged_among(flags), 0U);
    const std::vector<float> routed = routed_probabilities(composition, other, shifted);
    const std::vector<float> of_other = composition.predict_with(other, shifted);
    const std::vector<float> of_composition = composition.predict(shifted);
    for (std::size_t i = 0; i < flags.size(); ++i) {
        EXPECT_NEAR(routed[2 * i], (flags[i] != 0 ? of_other : of_composition)[2 * i], 1e-5) << i;
    }
}

}  // namespace
}  // namespace mlaasim::tta
