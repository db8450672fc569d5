// Images under affine maps of the plane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/aligned.hpp"
#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

/// Where a pixel of the result comes from: (x, y) = centre + matrix (column - centre, row - centre) + shift.
struct AffineMap {
    double xx = 1.0, xy = 0.0;  ///< x = xx column + xy row
    double yx = 0.0, yy = 1.0;
    double shift_x = 0.0, shift_y = 0.0;  ///< pixels
};

/// Turns an image counter-clockwise.
[[nodiscard]] AffineMap turn_by(double degrees);

/// The image that has at every pixel what `in` has at the place that the map names (inverse map): bilinear, 0 outside,
/// each channel alike. The centre is the middle of the image. `in` and `out` have the size of the shape.
void warp(std::span<const float> in, std::span<float> out, const SampleShape& shape, const AffineMap& map);

/// The same for many images, with the same bits where the background is 0: where each pixel comes from is found once.
class WarpOfMany {
public:
    WarpOfMany(const SampleShape& shape, const AffineMap& map);
    /// `count` images, `stride` floats from one to the next, in `in` as in `out`.
    void apply(const float* in, float* out, std::size_t count, std::size_t stride, float background);

private:
    SampleShape shape_;
    std::vector<std::uint32_t> around_;  ///< four a pixel; the number of a plane's pixels stands for the background
    std::vector<float> shares_;          ///< two a pixel: of the right ones and of the lower ones
    AlignedVector<float> from_;          ///< pixels x 16 images
    AlignedVector<float> to_;
};

}  // namespace mlaasim::sim
