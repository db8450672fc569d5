// shear, scale and translate.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/corruption/corrupted.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

constexpr SampleShape square{1, 9, 9};

std::vector<float> dot(std::size_t row, std::size_t column) {
    std::vector<float> image(square.size(), 0.0F);
    image[row * square.width + column] = 1.0F;
    return image;
}

std::size_t brightest(const std::vector<float>& image) {
    return static_cast<std::size_t>(std::ranges::max_element(image) - image.begin());
}

TEST(Translate, MovesByWholePixelsEitherWay) {
    std::set<std::size_t> places;
    for (std::uint32_t sample = 0; sample < 40; ++sample) {
        const std::vector<float> image =
            Corrupting{"kind: translate, magnitude: 2"}(dot(4, 4), {.shape = square, .sample = sample});
        EXPECT_FLOAT_EQ(*std::ranges::max_element(image), 1.0F);
        places.insert(brightest(image));
    }
    EXPECT_EQ(places, (std::set<std::size_t>{2 * 9 + 2, 2 * 9 + 6, 6 * 9 + 2, 6 * 9 + 6}));
}

TEST(Translate, ByHalfAPixelSharesItOut) {
    const std::vector<float> image = Corrupting{"kind: translate, magnitude: 0.5"}(dot(4, 4), {.shape = square});
    EXPECT_EQ(std::ranges::count_if(image, [](float value) { return std::abs(value - 0.25F) < 1e-6F; }), 4);
}

TEST(Scale, ShrinksTowardsTheCentre) {
    // To half its size: what was 4 pixels from the centre is 2 from it.
    const std::vector<float> image = Corrupting{"kind: scale, severity: 5"}(dot(4, 8), {.shape = square});
    EXPECT_EQ(brightest(image), 4U * 9 + 6);
    EXPECT_FLOAT_EQ((Corrupting{"kind: scale, severity: 5"}(dot(4, 4), {.shape = square})[4 * 9 + 4]), 1.0F);
    EXPECT_DOUBLE_EQ((Corrupting { "kind: scale, severity: 3" } -> strength()), 1.0 / 0.7 - 1.0);
}

TEST(Shear, LeavesTheCentreRowAndSlantsTheOthers) {
    const std::vector<float> column = [] {
        std::vector<float> image(square.size(), 0.0F);
        for (std::size_t row = 0; row < square.height; ++row) {
            image[row * square.width + 4] = 1.0F;
        }
        return image;
    }();
    std::set<int> sides;
    for (std::uint32_t sample = 0; sample < 20; ++sample) {
        const std::vector<float> image =
            Corrupting{"kind: shear, magnitude: 0.5"}(column, {.shape = square, .sample = sample});
        EXPECT_FLOAT_EQ(image[4 * 9 + 4], 1.0F);
        // Three rows below the centre, a column comes from 3 sin(0.5) = 1.44 columns aside.
        double mass = 0.0;
        double moment = 0.0;
        for (std::size_t x = 0; x < square.width; ++x) {
            mass += static_cast<double>(image[7 * 9 + x]);
            moment += static_cast<double>(image[7 * 9 + x]) * (static_cast<double>(x) - 4.0);
        }
        EXPECT_NEAR(std::abs(moment / mass), 3.0 * std::sin(0.5), 1e-5);
        sides.insert(moment < 0.0 ? -1 : 1);
    }
    EXPECT_EQ(sides.size(), 2U);
}

}  // namespace
}  // namespace mlaasim::sim
