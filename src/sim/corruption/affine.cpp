#include "sim/corruption/affine.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// The image at (x, y) by bilinear interpolation.
float interpolate(const float* image, int width, int height, float x, float y, float background) {
    const auto columns = static_cast<float>(width);
    const auto rows = static_cast<float>(height);
    if (x <= -1.0F || y <= -1.0F || x >= columns || y >= rows) {
        return background;
    }
    // Shifted by one, so that truncation is the floor.
    const int left = static_cast<int>(x + 1.0F) - 1;
    const int top = static_cast<int>(y + 1.0F) - 1;
    const float right_share = x - static_cast<float>(left);
    const float lower_share = y - static_cast<float>(top);
    const auto mix = [](float a, float b, float share) { return a * (1.0F - share) + b * share; };
    if (left >= 0 && top >= 0 && left + 1 < width && top + 1 < height) {
        const float* const at = image + static_cast<std::ptrdiff_t>(top) * width + left;
        return mix(mix(at[0], at[1], right_share), mix(at[width], at[width + 1], right_share), lower_share);
    }
    const auto pixel = [&](int row, int column) {
        const bool inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? image[static_cast<std::ptrdiff_t>(row) * width + column] : background;
    };
    return mix(mix(pixel(top, left), pixel(top, left + 1), right_share),
               mix(pixel(top + 1, left), pixel(top + 1, left + 1), right_share), lower_share);
}

}  // namespace

AffineMap turn_by(double degrees) {
    const double radians = degrees * std::numbers::pi / 180.0;
    const double cosine = std::cos(radians);
    const double sine = std::sin(radians);
    return {.xx = cosine, .xy = -sine, .yx = sine, .yy = cosine};
}

void warp(std::span<const float> in, std::span<float> out, const SampleShape& shape, const AffineMap& map,
          float background) {
    expects(in.size() == shape.size() && out.size() == shape.size(), "images have the size of their shape");
    const double centre_x = 0.5 * (static_cast<double>(shape.width) - 1.0);
    const double centre_y = 0.5 * (static_cast<double>(shape.height) - 1.0);
    const auto step_x = static_cast<float>(map.xx);
    const auto step_y = static_cast<float>(map.yx);
    const auto width = static_cast<int>(shape.width);
    const auto height = static_cast<int>(shape.height);
    const std::size_t plane = std::size_t{shape.height} * shape.width;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        const float* const image = in.data() + channel * plane;
        float* pixel = out.data() + channel * plane;
        for (int y = 0; y < height; ++y) {
            // Where the row's first pixel comes from; its others lie (xx, yx) further each.
            const double below = y - centre_y;
            const auto from_x = static_cast<float>(centre_x - map.xx * centre_x + map.xy * below + map.shift_x);
            const auto from_y = static_cast<float>(centre_y - map.yx * centre_x + map.yy * below + map.shift_y);
            for (int x = 0; x < width; ++x) {
                const auto column = static_cast<float>(x);
                *pixel++ =
                    interpolate(image, width, height, from_x + column * step_x, from_y + column * step_y, background);
            }
        }
    }
}

}  // namespace mlaasim::sim
