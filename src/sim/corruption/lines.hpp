// Lines that are drawn over images.
#pragma once

#include <span>

#include "sim/data/dataset.hpp"

namespace mlaasim::sim {

struct ImagePoint {
    double column = 0.0;
    double row = 0.0;
};

/// Adds the line from one point to the other, which lies further right, to every channel, and clips to [0, 1]. A pixel
/// at the vertical distance v gets ln(1 - v / 2.3) + 1, clipped to [0, 1]: the lines of MNIST-C. With a `period`, only
/// the second half of each `period` columns, counted from column 0, gets it.
void draw_line(std::span<float> image, const SampleShape& shape, ImagePoint from, ImagePoint to,
               std::size_t period = 0);

}  // namespace mlaasim::sim
