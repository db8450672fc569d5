// Windows whose classes have another mix than the providers': predictions that are weighted by it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tta/serving/route_fixture.hpp"

namespace mlaasim::tta {
namespace {

/// A judge that knows bright bars from dark ones, and is never quite sure.
class RouteByClasses : public RouteTest {
protected:
    RouteByClasses() {
        served.predict = [](const sim::SampleBlock& samples) {
            std::vector<float> all;
            for (std::size_t i = 0; i < samples.count(); ++i) {
                const float bright = *std::max_element(samples.sample(i), samples.sample(i) + samples.stride());
                const float first = bright > (0.74F - 0.3F) / 0.25F ? 0.6F : 0.4F;
                all.insert(all.end(), {first, 1.0F - first});
            }
            return all;
        };
        served.clean_gain = [](std::size_t) { return 10.0; };
        served.reference = [this]() -> const sim::SampleBlock& { return providers; };
        served.predicted_reference = [this]() -> const std::vector<float>& {
            predicted_providers = served.predict(providers);
            return predicted_providers;
        };
    }
    std::vector<float> predicted_providers{};

    /// So many of the bars that the judge calls 0, and of the others; labelled as it does, or the other way round. Of
    /// the others the first `mistaken` are labelled 0 in any case.
    [[nodiscard]] static sim::SampleBlock mixed(std::size_t zeros, std::size_t ones, bool labelled_so,
                                                std::size_t mistaken = 0) {
        const sim::DecodedPool all = bars(1200, 7);
        std::array<std::size_t, 2> left{zeros, ones};
        sim::DecodedPool taken;
        for (std::size_t i = 0; i < all.labels.size(); ++i) {
            const auto first = all.values.begin() + static_cast<std::ptrdiff_t>(i * shape.size());
            const auto last = first + static_cast<std::ptrdiff_t>(shape.size());
            const std::size_t seen = *std::max_element(first, last) > 0.74 * 255.0 ? 0 : 1;
            if (left[seen] > 0) {
                --left[seen];
                taken.values.insert(taken.values.end(), first, last);
                const bool mistake = seen == 1 && ones - left[1] <= mistaken;
                taken.labels.push_back(static_cast<std::uint8_t>(mistake ? 0 : labelled_so ? seen : 1 - seen));
            }
        }
        return TestPool{shape, 2, taken}.block();
    }

    sim::SampleBlock providers = mixed(200, 200, true, 40);
    ServedComposition served = composition();
};

TEST_F(RouteByClasses, WeighsTheClassesOfAnotherMixWhereItIsAskedFor) {
    const sim::SampleBlock skewed = mixed(140, 10, true);
    const Decision without = serving("route")->decide(served, skewed, no_labels);
    EXPECT_EQ(without.reason, Reason::gate_closed);
    EXPECT_TRUE(std::isnan(without.classes_moved));

    const Decision with = serving("route, class_mix: true")->decide(served, skewed, no_labels);
    EXPECT_EQ(with.branch, Branch::weighted);
    EXPECT_EQ(with.reason, Reason::classes_shifted);
    EXPECT_NEAR(with.classes_moved, 0.4, 0.03);

    const Decision alike = serving("route, class_mix: true")->decide(served, mixed(75, 75, true), no_labels);
    EXPECT_EQ(alike.branch, Branch::plain);
    EXPECT_EQ(alike.reason, Reason::gate_closed);
    EXPECT_LT(alike.classes_moved, 0.05);
}

TEST_F(RouteByClasses, LabelsRefuteWeightsThatHarm) {
    const sim::SampleBlock skewed = mixed(140, 10, true);
    const Decision helped = serving("route, class_mix: true")->decide(served, skewed, skewed);
    EXPECT_EQ(helped.branch, Branch::weighted);
    EXPECT_GT(helped.benefit_bound, 0.0);
    const Decision harmed = serving("route, class_mix: true")->decide(served, skewed, mixed(140, 10, false));
    EXPECT_EQ(harmed.branch, Branch::plain);
    EXPECT_EQ(harmed.reason, Reason::not_proved);
    EXPECT_EQ(harmed.labels, 150);
}

TEST_F(RouteByClasses, AWindowOfOneClass) {
    const sim::SampleBlock zeros = mixed(150, 0, true);
    const Decision plainly = serving("route, keep_classes: true")->decide(served, zeros, zeros);
    EXPECT_EQ(plainly.branch, Branch::plain);
    EXPECT_EQ(plainly.reason, Reason::gate_closed) << "one class of the providers' is not strange";

    const Decision weighted = serving("route, class_mix: true")->decide(served, zeros, zeros);
    EXPECT_EQ(weighted.branch, Branch::weighted);
    EXPECT_GT(weighted.classes_moved, 0.35);
    EXPECT_GT(weighted.benefit_bound, 0.0);
    const Decision refuted = serving("route, class_mix: true")->decide(served, zeros, mixed(0, 150, true));
    EXPECT_EQ(refuted.reason, Reason::not_proved) << "labels of the other class";
}

}  // namespace
}  // namespace mlaasim::tta
