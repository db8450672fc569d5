#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/corruption/rotation.hpp"
#include "sim/drift/label_swap.hpp"

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

double any_angle() { return *rc::gen::inRange(-36000, 36001) / 100.0; }

std::vector<float> rotated(const Image& image, double degrees) {
    std::vector<float> out(image.values.size());
    rotate_image(image.values, out, image.shape, degrees);
    return out;
}

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

TEST(SwapProperty, LabelsStayAmongTheClassesAndSwapsPermute) {
    EXPECT_TRUE(rc::check([](std::uint64_t seed, std::uint32_t sample) {
        constexpr std::uint8_t classes = 10;
        std::vector<LabelSwap> swaps;
        for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
            swaps.push_back({.a = *rc::gen::inRange<std::uint8_t>(0, classes),
                             .b = *rc::gen::inRange<std::uint8_t>(0, classes),
                             .share = *rc::gen::inRange(0, 11) / 10.0,
                             .entry = static_cast<std::uint32_t>(i)});
        }
        std::vector<bool> taken(classes, false);
        for (std::uint8_t label = 0; label < classes; ++label) {
            const std::uint8_t now = swap_label(label, swaps, Seed{seed}, sample);
            RC_ASSERT(now < classes);
            RC_ASSERT(!taken[now]);
            taken[now] = true;
        }
    }));
}

}  // namespace
}  // namespace mlaasim::sim
