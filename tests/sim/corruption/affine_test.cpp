#include "sim/corruption/affine.hpp"

#include <gtest/gtest.h>

#include "sim/core/random.hpp"

namespace mlaasim::sim {
namespace {

/// Numbers of images below, at and beyond what is warped together; the padding between images stays as it is.
TEST(WarpOfMany, HasTheBitsOfOneAfterTheOther) {
    constexpr std::size_t stride = 144;
    constexpr float padding = 7.0F;
    const SampleShape shape{2, 7, 10};
    RandomStream random{Seed{3}, Purpose::test, 0, 0};
    AlignedVector<float> images(40 * stride);
    for (float& value : images) {
        value = static_cast<float>(random.uniform(-1.0, 1.0));
    }
    for (const double degrees : {0.0, -45.0, 7.5, 90.0, 133.0}) {
        AffineMap map = turn_by(degrees);
        map.shift_x = degrees > 100.0 ? 3.25 : 0.0;
        WarpOfMany many{shape, map};
        for (const std::size_t count : {1U, 15U, 16U, 17U, 40U}) {
            AlignedVector<float> out(40 * stride, padding);
            many.apply(images.data(), out.data(), count, stride, 0.0F);
            AlignedVector<float> expected(40 * stride, padding);
            for (std::size_t i = 0; i < count; ++i) {
                warp({images.data() + i * stride, shape.size()}, {expected.data() + i * stride, shape.size()}, shape,
                     map);
            }
            EXPECT_EQ(out, expected) << degrees << " degrees, " << count << " images";
        }
    }
}

TEST(WarpOfMany, HasItsBackgroundOutside) {
    constexpr float background = -0.4F;
    const SampleShape shape{1, 8, 8};
    WarpOfMany many{shape, {.shift_x = 3.0}};
    const AlignedVector<float> image(shape.size(), 2.0F);
    AlignedVector<float> out(shape.size());
    many.apply(image.data(), out.data(), 1, shape.size(), background);
    for (std::size_t i = 0; i < out.size(); ++i) {
        EXPECT_EQ(out[i], i % 8 < 5 ? 2.0F : background) << i;
    }
}

}  // namespace
}  // namespace mlaasim::sim
