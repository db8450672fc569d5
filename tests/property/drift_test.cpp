#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/chosen.hpp"
#include "support/drifting.hpp"

namespace mlaasim::sim {
namespace {

struct Image {
    SampleShape shape;
    std::vector<float> values;
};

Image any_image() {
    Image image;
    image.shape = {*rc::gen::inRange<std::uint32_t>(1, 4), *rc::gen::inRange<std::uint32_t>(1, 30),
                   *rc::gen::inRange<std::uint32_t>(1, 30)};
    image.values = *rc::gen::container<std::vector<float>>(
        image.shape.size(),
        rc::gen::map(rc::gen::inRange(0, 256), [](int grey) { return static_cast<float>(grey) / 255.0F; }));
    return image;
}

/// The image under a corruption of this kind.
std::vector<float> under(const std::string& kind, const Image& image, double strength) {
    const Chosen<DriftEffect> drift = mlaasim::testing::chosen(drift_kinds(), "kind: " + kind);
    std::vector<float> values = image.values;
    std::vector<float> scratch(values.size());
    std::get<const Corruption*>(drift->change())
        ->apply(values, scratch, strength, {.shape = image.shape, .round = Round{1}});
    return values;
}

double any_angle() { return *rc::gen::inRange(-36000, 36001) / 100.0; }

std::vector<float> rotated(const Image& image, double degrees) { return under("rotation", image, degrees); }

TEST(RotationProperty, ByZeroIsTheIdentity) {
    EXPECT_TRUE(rc::check([] {
        const Image image = any_image();
        RC_ASSERT(rotated(image, 0.0) == image.values);
    }));
}

TEST(RotationProperty, StaysWithinTheGreysOfTheImage) {
    EXPECT_TRUE(rc::check([] {
        const Image image = any_image();
        const float brightest = *std::ranges::max_element(image.values);
        for (const float value : rotated(image, any_angle())) {
            RC_ASSERT(value >= -1e-4F);
            RC_ASSERT(value <= brightest + 1e-4F);
        }
    }));
}

TEST(RotationProperty, AFullTurnMoreChangesNothing) {
    EXPECT_TRUE(rc::check([] {
        const Image image = any_image();
        const double angle = any_angle();
        const std::vector<float> once = rotated(image, angle);
        const std::vector<float> again = rotated(image, angle + 360.0);
        for (std::size_t i = 0; i < once.size(); ++i) {
            RC_ASSERT(std::abs(once[i] - again[i]) < 1e-3F);
        }
    }));
}

TEST(RotationProperty, IsLinear) {
    EXPECT_TRUE(rc::check([] {
        const Image image = any_image();
        const double angle = any_angle();
        Image half = image;
        for (float& value : half.values) {
            value *= 0.5F;
        }
        const std::vector<float> whole = rotated(image, angle);
        const std::vector<float> halves = rotated(half, angle);
        for (std::size_t i = 0; i < whole.size(); ++i) {
            RC_ASSERT(halves[i] == 0.5F * whole[i]);
        }
    }));
}

TEST(CorruptionProperty, EveryKindStaysInRangeAndChangesNothingAtStrengthZero) {
    EXPECT_TRUE(rc::check([] {
        const Image image = any_image();
        for (const Kind<DriftEffect>& kind : drift_kinds()) {
            const Chosen<DriftEffect> drift{kind};
            if (!std::holds_alternative<const Corruption*>(drift->change())) {
                continue;
            }
            const std::string word{kind.word};
            RC_ASSERT(under(word, image, 0.0) == image.values);
            for (const float value : under(word, image, drift->strength())) {
                RC_ASSERT(value >= -1e-4F);
                RC_ASSERT(value <= 1.0F + 1e-4F);
            }
        }
    }));
}

TEST(CorruptionProperty, BrightnessAndContrastKeepTheOrderOfValues) {
    EXPECT_TRUE(rc::check([] {
        Image image = any_image();
        image.shape = {1, 1, static_cast<std::uint32_t>(image.values.size())};
        std::ranges::sort(image.values);
        const double strength = *rc::gen::inRange(0, 101) / 100.0;
        for (const char* kind : {"brightness", "contrast"}) {
            RC_ASSERT(std::ranges::is_sorted(under(kind, image, strength)));
        }
    }));
}

TEST(SwapProperty, LabelsStayAmongTheClassesAndSwapsPermute) {
    EXPECT_TRUE(rc::check([](std::uint64_t seed, std::uint32_t sample) {
        constexpr std::uint8_t classes = 10;
        std::vector<DriftOptions> entries;
        for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
            const int a = *rc::gen::inRange(0, 10);
            const int b = *rc::gen::distinctFrom(rc::gen::inRange(0, 10), a);
            const int tenths = *rc::gen::inRange(0, 11);
            entries.push_back(
                mlaasim::testing::drift_entry("kind: label_swap, magnitude: " + std::to_string(tenths / 10.0) +
                                              ", classes: [" + std::to_string(a) + ", " + std::to_string(b) + "]"));
        }
        const DriftState drift = DriftSchedule{entries, 1, 1, classes, Seed{seed}}.client(ClientId{0}, Round{1});
        std::vector<bool> taken(classes, false);
        for (std::uint8_t label = 0; label < classes; ++label) {
            const std::uint8_t now = drift.label(label, Seed{seed}, sample, classes);
            RC_ASSERT(now < classes);
            RC_ASSERT(!taken[now]);
            taken[now] = true;
        }
    }));
}

TEST(RecurringProperty, RepeatsItselfEveryPeriod) {
    EXPECT_TRUE(rc::check([] {
        const int period = *rc::gen::inRange(2, 50);
        const int active = *rc::gen::inRange(1, period);
        const DriftOptions drift = mlaasim::testing::drift_entry(
            "pattern: recurring, period: " + std::to_string(period) + ", active: " + std::to_string(active));
        const int first = *rc::gen::inRange(1, 1000);
        double sum = 0.0;
        for (int round = first; round < first + period; ++round) {
            sum += drift.level(round);
            RC_ASSERT(drift.level(round) == drift.level(round + period));
        }
        RC_ASSERT(sum == active);
    }));
}

}  // namespace
}  // namespace mlaasim::sim
