// blur, glass_blur and motion_blur.
#include "sim/corruption/blur.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/corruption/corrupted.hpp"

namespace mlaasim::sim {
namespace {

using testing::Corrupting;

constexpr SampleShape square{1, 21, 21};

std::vector<float> dot() {
    std::vector<float> image(square.size(), 0.0F);
    image[10 * 21 + 10] = 1.0F;
    return image;
}

double sum(const std::vector<float>& image) { return std::accumulate(image.begin(), image.end(), 0.0); }

TEST(Blur, OfADotIsAGaussian) {
    std::vector<float> image = dot();
    blur(image, square, 1.5);
    double total = 0.0;
    for (int i = -6; i <= 6; ++i) {
        total += std::exp(-0.5 * i * i / 2.25);
    }
    for (int y = -3; y <= 3; ++y) {
        for (int x = -3; x <= 3; ++x) {
            EXPECT_NEAR(image[static_cast<std::size_t>((10 + y) * 21 + 10 + x)],
                        std::exp(-0.5 * (y * y + x * x) / 2.25) / (total * total), 1e-7);
        }
    }
    EXPECT_NEAR(sum(image), 1.0, 1e-5);
}

TEST(Blur, AlongColumnsLeavesTheOthersAlone) {
    std::vector<float> image = dot();
    blur(image, square, 1.0, BlurAlong::columns);
    EXPECT_GT(image[9 * 21 + 10], 0.2F);
    EXPECT_EQ(image[10 * 21 + 9], 0.0F);
}

TEST(Blur, BeyondTheBorderIsTheNearestPixelOrNothing) {
    std::vector<float> white(square.size(), 1.0F);
    std::vector<float> cut = white;
    blur(white, square, 2.0);
    blur(cut, square, 2.0, BlurAlong::both, Beyond::zero);
    EXPECT_NEAR(white[0], 1.0F, 1e-6F);
    EXPECT_LT(cut[0], 0.5F);
    EXPECT_NEAR(cut[10 * 21 + 10], 1.0F, 1e-4F);
}

TEST(GlassBlur, MovesLittleOfTheMassAndDiffersBySample) {
    const SampleShape shape{1, 28, 28};
    std::vector<float> image(shape.size(), 0.0F);
    for (std::size_t row = 8; row < 20; ++row) {
        std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(row * 28 + 12), 4, 1.0F);
    }
    const Corrupting glass{"kind: glass_blur, severity: 5"};
    const std::vector<float> one = glass(image, {.shape = shape, .sample = 1});
    EXPECT_NE(one, glass(image, {.shape = shape, .sample = 2}));
    EXPECT_NEAR(sum(one), sum(image), 3.0);
    EXPECT_EQ(one[0], 0.0F);
    const std::vector<float> as_published =
        Corrupting{"kind: glass_blur, severity: 5, vertical_only: true"}(image, {.shape = shape, .sample = 1});
    EXPECT_NE(one, as_published);
}

TEST(MotionBlur, DragsATrailToOneSideOnly) {
    const std::vector<float> image = Corrupting{"kind: motion_blur, severity: 1"}(dot(), {.shape = square});
    EXPECT_GT(image[10 * 21 + 10], 0.2F) << "the first image of the trail is the sample itself";
    for (std::size_t y = 0; y < 21; ++y) {
        for (std::size_t x = 11; x < 21; ++x) {
            EXPECT_EQ(image[y * 21 + x], 0.0F) << "the dot is seen where the trail comes from";
        }
    }
    EXPECT_NEAR(sum(image), 1.0, 0.01);
}

}  // namespace
}  // namespace mlaasim::sim
