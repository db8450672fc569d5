// How the digits 0-9 are written: strokes through control points, a few styles a digit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::sim {

/// A point of the unit square, y downwards.
struct StrokePoint {
    float x;
    float y;
};

enum class StrokeForm {
    straight,  ///< line segments from point to point
    curved,    ///< Catmull-Rom spline through the points
    closed,    ///< the same, and back to the first point
};

struct Stroke {
    StrokeForm form;
    std::vector<StrokePoint> points;
};

/// One way to write a digit.
using DigitStyle = std::vector<Stroke>;

/// The ways to write `digit` (0-9).
[[nodiscard]] std::span<const DigitStyle> digit_styles(std::uint32_t digit);

}  // namespace mlaasim::sim
