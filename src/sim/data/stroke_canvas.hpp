// Draws line segments as soft strokes on a 28x28 image.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/data/digit_strokes.hpp"

namespace mlaasim::sim {

/// Distances to the strokes drawn so far, turned into ink at the end; coordinates in pixels, pixel centres at integers.
class StrokeCanvas {
public:
    static constexpr std::size_t side = 28;
    static constexpr std::size_t pixels = side * side;
    using Image = std::array<float, pixels>;

    /// `half_width` of the pen, in pixels.
    explicit StrokeCanvas(float half_width);

    void segment(StrokePoint from, StrokePoint to);

    /// Adds ink: 1 on the stroke, falling to 0 within a pixel of its edge, times `strength`. Never lowers a pixel.
    void ink(Image& image, float strength) const;

private:
    float half_width_;
    std::array<float, pixels> squared_distance_{};
};

/// Separable blur with weights (w, 1 - 2 w, w), 0 <= w <= 1/3; outside = 0.
void blur(StrokeCanvas::Image& image, float weight);

}  // namespace mlaasim::sim
