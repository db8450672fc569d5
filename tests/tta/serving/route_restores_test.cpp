// The branch of the route that restores cluttered samples.
#include <gtest/gtest.h>

#include <cmath>

#include "tta/restorer.hpp"
#include "tta/routed.hpp"
#include "tta/serving/route_fixture.hpp"

namespace mlaasim::tta {
namespace {

/// Some images have a bright column on top, which the judge is unsure of.
class RouteWithClutter : public RouteTest {
protected:
    RouteWithClutter() {
        served.clean_gain = [](std::size_t) { return 10.0; };
        served.restorer = [this] { return &*restorer; };
    }

    /// Every third image has a bright column on top. `labels`: of the class that the judge is surer of in upright
    /// images, or of the other.
    [[nodiscard]] static sim::SampleBlock crossed(std::uint8_t label = 0) {
        sim::DecodedPool pool = bars(150, 1);
        for (std::size_t i = 0; i < pool.labels.size(); ++i) {
            pool.labels[i] = label;
            for (std::size_t y = 0; y < shape.height && i % 3 == 0; ++y) {
                pool.values[i * shape.size() + y * shape.width + 4 + i % 7] = 255;
            }
        }
        return TestPool{shape, 2, pool}.block();
    }

    const std::optional<Restorer> restorer = Restorer::fit(clean.block());
    ServedComposition served = composition();
};

TEST_F(RouteWithClutter, RestoresWhereItIsAskedFor) {
    EXPECT_NE(serving("route")->decide(served, crossed(), no_labels).branch, Branch::restored);
    const Decision decision = serving("route, restore: true")->decide(served, crossed(), no_labels);
    EXPECT_EQ(decision.branch, Branch::restored);
    EXPECT_EQ(decision.reason, Reason::cluttered);
    EXPECT_NEAR(decision.flagged, 1.0 / 3.0, 0.05);
    EXPECT_LT(decision.flagged_to_open, 0.1);
    EXPECT_GT(decision.gain, 0.0);
    EXPECT_LE(decision.flagged_aligned, 0.25);
    EXPECT_TRUE(std::isnan(decision.angle));
}

TEST_F(RouteWithClutter, LeavesCleanWindowsAloneAndStandsWithoutARestorer) {
    EXPECT_EQ(serving("route, restore: true")->decide(served, window, no_labels).branch, Branch::plain);
    served.restorer = [] { return static_cast<const Restorer*>(nullptr); };
    EXPECT_NE(serving("route, restore: true")->decide(served, crossed(), no_labels).branch, Branch::restored);
}

/// What is unsurer of restored images than of crossed ones, was taught by such.
TEST_F(RouteWithClutter, DoesNotRestoreWhatMakesTheModelLessSure) {
    served.predict = [](const sim::SampleBlock& samples) {
        std::vector<float> probabilities = judge(samples);
        for (float& value : probabilities) {
            value = value > 0.5F ? 1.5F - value : 0.5F - value;
        }
        return probabilities;
    };
    const Decision decision = serving("route, restore: true")->decide(served, crossed(), no_labels);
    EXPECT_NE(decision.branch, Branch::restored);
}

/// A gate that knows bright images alone: restored ones are as strange to it as they were.
TEST_F(RouteWithClutter, DoesNotRestoreWhatTheGateFlagsAfterwards) {
    const std::optional<Gate> of_bright = Gate::fit(first_layer_features(mlp, {}, bright(601)));
    served.gate = &*of_bright;
    const Decision decision = serving("route, restore: true")->decide(served, crossed(), no_labels);
    EXPECT_NE(decision.branch, Branch::restored);
    EXPECT_TRUE(std::isnan(decision.flagged_aligned));
}

TEST_F(RouteWithClutter, LabelsRefuteWhatHarms) {
    const Decision helped = serving("route, restore: true")->decide(served, crossed(), crossed(0));
    EXPECT_EQ(helped.branch, Branch::restored);
    EXPECT_EQ(helped.labels, 150);
    EXPECT_GT(helped.benefit_bound, 0.0);
    const Decision harmed = serving("route, restore: true")->decide(served, crossed(), crossed(1));
    EXPECT_NE(harmed.branch, Branch::restored);
}

TEST_F(RouteWithClutter, RestoredPredictionsAreInTheOrderOfTheSamples) {
    const sim::SampleBlock samples = crossed();
    const std::vector<std::uint8_t> flags = restorer->flags(samples);
    const std::vector<float> routed = restored_probabilities(served, *restorer, samples);
    const std::vector<float> as_it_is = judge(samples);
    sim::SampleBlock all = samples;
    restorer->restore(all);
    const std::vector<float> restored = judge(all);
    for (std::size_t i = 0; i < flags.size(); ++i) {
        EXPECT_EQ(routed[2 * i], (flags[i] != 0 ? restored : as_it_is)[2 * i]) << i;
    }
}

}  // namespace
}  // namespace mlaasim::tta
