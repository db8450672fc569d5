#include "sim/corruption/lines.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mlaasim::sim {
namespace {

float intensity(double vertical_distance) {
    constexpr double half_width = 2.3;
    if (vertical_distance >= half_width) {
        return 0.0F;
    }
    return static_cast<float>(std::clamp(std::log(1.0 - vertical_distance / half_width) + 1.0, 0.0, 1.0));
}

}  // namespace

void draw_line(std::span<float> image, const SampleShape& shape, ImagePoint from, ImagePoint to, std::size_t period) {
    const double slope = (to.row - from.row) / (to.column - from.column);
    for (std::size_t i = 0; i < image.size(); ++i) {
        const std::size_t column = i % shape.width;
        const auto x = static_cast<double>(column);
        if (x < from.column || x > to.column || (period > 0 && column % period < period / 2)) {
            continue;
        }
        const auto row = static_cast<double>(i / shape.width % shape.height);
        const double line_row = from.row + slope * (x - from.column);
        image[i] = std::min(image[i] + intensity(std::abs(row - line_row)), 1.0F);
    }
}

}  // namespace mlaasim::sim
