#include "sim/corruption/affine.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

float mix(float a, float b, float share) { return a * (1.0F - share) + b * share; }

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

/// Calls function(x, y) for each pixel of the result, row by row, with the place in the image that it comes from.
template <class Function>
void each_place(const SampleShape& shape, const AffineMap& map, Function function) {
    const double centre_x = 0.5 * (static_cast<double>(shape.width) - 1.0);
    const double centre_y = 0.5 * (static_cast<double>(shape.height) - 1.0);
    const auto step_x = static_cast<float>(map.xx);
    const auto step_y = static_cast<float>(map.yx);
    for (std::uint32_t y = 0; y < shape.height; ++y) {
        // Where the row's first pixel comes from; its others lie (xx, yx) further each.
        const double below = y - centre_y;
        const auto from_x = static_cast<float>(centre_x - map.xx * centre_x + map.xy * below + map.shift_x);
        const auto from_y = static_cast<float>(centre_y - map.yx * centre_x + map.yy * below + map.shift_y);
        for (std::uint32_t x = 0; x < shape.width; ++x) {
            const auto column = static_cast<float>(x);
            function(from_x + column * step_x, from_y + column * step_y);
        }
    }
}

constexpr std::size_t together = 16;  ///< images: pixel by pixel, they are one vector

/// Rows of 16 values each, from columns `stride` floats apart.
MLAASIM_CLONES void gather_columns(const float* __restrict from, std::size_t stride, std::size_t columns,
                                   std::size_t rows, float* __restrict to) {
    for (std::size_t first = 0; first < rows; first += together) {
        const std::size_t end = rows - first < together ? rows : first + together;
        for (std::size_t i = 0; i < columns; ++i) {
            for (std::size_t p = first; p < end; ++p) {
                to[p * together + i] = from[i * stride + p];
            }
        }
    }
}

MLAASIM_CLONES void scatter_columns(const float* __restrict from, std::size_t stride, std::size_t columns,
                                    std::size_t rows, float* __restrict to) {
    for (std::size_t first = 0; first < rows; first += together) {
        const std::size_t end = rows - first < together ? rows : first + together;
        for (std::size_t i = 0; i < columns; ++i) {
            for (std::size_t p = first; p < end; ++p) {
                to[i * stride + p] = from[p * together + i];
            }
        }
    }
}

/// Bilinear interpolation of 16 images at once, which lie pixel by pixel.
MLAASIM_CLONES void mix_pixels(const float* __restrict from, const std::uint32_t* around, const float* shares,
                               std::size_t pixels, float* __restrict to) {
    for (std::size_t p = 0; p < pixels; ++p, around += 4, shares += 2) {
        const float right = shares[0];
        const float lower = shares[1];
        for (std::size_t i = 0; i < together; ++i) {
            const auto at = [&](std::size_t corner) { return from[around[corner] * together + i]; };
            to[p * together + i] = mix(mix(at(0), at(1), right), mix(at(2), at(3), right), lower);
        }
    }
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
    const auto width = static_cast<int>(shape.width);
    const auto height = static_cast<int>(shape.height);
    const std::size_t plane = std::size_t{shape.height} * shape.width;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        const float* const image = in.data() + channel * plane;
        float* pixel = out.data() + channel * plane;
        each_place(shape, map,
                   [&](float x, float y) { *pixel++ = interpolate(image, width, height, x, y, background); });
    }
}

WarpOfMany::WarpOfMany(const SampleShape& shape, const AffineMap& map) : shape_{shape} {
    const auto width = static_cast<int>(shape.width);
    const auto height = static_cast<int>(shape.height);
    const std::uint32_t plane = shape.height * shape.width;
    const auto pixel = [&](int row, int column) {
        const bool inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? static_cast<std::uint32_t>(row * width + column) : plane;
    };
    each_place(shape, map, [&](float x, float y) {
        if (x <= -1.0F || y <= -1.0F || x >= static_cast<float>(width) || y >= static_cast<float>(height)) {
            around_.insert(around_.end(), 4, plane);
            shares_.insert(shares_.end(), 2, 0.0F);
            return;
        }
        const int left = static_cast<int>(x + 1.0F) - 1;
        const int top = static_cast<int>(y + 1.0F) - 1;
        around_.insert(around_.end(),
                       {pixel(top, left), pixel(top, left + 1), pixel(top + 1, left), pixel(top + 1, left + 1)});
        shares_.insert(shares_.end(), {x - static_cast<float>(left), y - static_cast<float>(top)});
    });
    from_.resize((plane + 1) * together);
    to_.resize(plane * together);
}

void WarpOfMany::apply(const float* in, float* out, std::size_t count, std::size_t stride, float background) {
    const std::size_t plane = std::size_t{shape_.height} * shape_.width;
    std::fill_n(from_.begin() + static_cast<std::ptrdiff_t>(plane * together), together, background);
    for (std::size_t first = 0; first < count; first += together) {
        const std::size_t images = std::min(together, count - first);
        for (std::size_t channel = 0; channel < shape_.channels; ++channel) {
            const std::size_t offset = first * stride + channel * plane;
            gather_columns(in + offset, stride, images, plane, from_.data());
            mix_pixels(from_.data(), around_.data(), shares_.data(), plane, to_.data());
            scatter_columns(to_.data(), stride, images, plane, out + offset);
        }
    }
}

}  // namespace mlaasim::sim
