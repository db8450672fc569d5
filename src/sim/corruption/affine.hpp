// Images under affine maps of the plane.
#pragma once

#include <span>

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

/// The image that has at every pixel what `in` has at the place that the map names (inverse map): bilinear,
/// `background` outside, each channel alike. The centre is the middle of the image. `in` and `out` have the size of the
/// shape.
void warp(std::span<const float> in, std::span<float> out, const SampleShape& shape, const AffineMap& map,
          float background = 0.0F);

}  // namespace mlaasim::sim
