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

/// Where a row of the result comes from: its first pixel from (x, y), each further one from a step on.
struct RowOrigin {
    float x = 0.0F, y = 0.0F;
    float step_x = 0.0F, step_y = 0.0F;
};

RowOrigin origin_of(std::uint32_t row, const SampleShape& shape, const AffineMap& map) {
    const double centre_x = 0.5 * (static_cast<double>(shape.width) - 1.0);
    const double centre_y = 0.5 * (static_cast<double>(shape.height) - 1.0);
    const double below = row - centre_y;
    return {.x = static_cast<float>(centre_x - map.xx * centre_x + map.xy * below + map.shift_x),
            .y = static_cast<float>(centre_y - map.yx * centre_x + map.yy * below + map.shift_y),
            .step_x = static_cast<float>(map.xx),
            .step_y = static_cast<float>(map.yx)};
}

/// Zeros around an image: each place, moved to at most a pixel outside, has four pixels around it.
constexpr int border = 2;

/// For each pixel of a row of the result: the number of the pixel above on the left of its place, in the image with its
/// border, and the shares of the right ones and of the lower ones. Free of branches, so that it is one of vectors.
MLAASIM_CLONES void find_places(const RowOrigin& origin, int width, int height, int* __restrict at,
                                float* __restrict right_shares, float* __restrict lower_shares) {
    const RowOrigin from = origin;
    const auto right = static_cast<float>(width);
    const auto bottom = static_cast<float>(height);
    for (int column = 0; column < width; ++column) {
        const float across = from.x + static_cast<float>(column) * from.step_x;
        const float down = from.y + static_cast<float>(column) * from.step_y;
        const float x = std::min(std::max(across, -1.0F), right);
        const float y = std::min(std::max(down, -1.0F), bottom);
        // Shifted by one, so that truncation is the floor.
        const int left = static_cast<int>(x + 1.0F) - 1;
        const int top = static_cast<int>(y + 1.0F) - 1;
        at[column] = (top + border) * (width + 2 * border) + left + border;
        right_shares[column] = x - static_cast<float>(left);
        lower_shares[column] = y - static_cast<float>(top);
    }
}

/// Pixels whose places lie side by side, from `upper` on.
MLAASIM_CLONES void mix_run(const float* __restrict upper, std::size_t stride, const float* __restrict right_shares,
                            const float* __restrict lower_shares, std::size_t count, float* __restrict out) {
    const float* const lower = upper + stride;
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = mix(mix(upper[i], upper[i + 1], right_shares[i]), mix(lower[i], lower[i + 1], right_shares[i]),
                     lower_shares[i]);
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

void warp(std::span<const float> in, std::span<float> out, const SampleShape& shape, const AffineMap& map) {
    expects(in.size() == shape.size() && out.size() == shape.size(), "images have the size of their shape");
    const std::size_t width = shape.width;
    const std::size_t stride = width + 2 * border;
    std::vector<float> padded(stride * (shape.height + 2 * border), 0.0F);
    std::vector<int> at(width);
    std::vector<float> right_shares(width);
    std::vector<float> lower_shares(width);
    for (std::size_t first = 0; first < in.size(); first += shape.height * width) {
        for (std::size_t row = 0; row < shape.height; ++row) {
            std::copy_n(&in[first + row * width], width, &padded[(row + border) * stride + border]);
        }
        for (std::uint32_t row = 0; row < shape.height; ++row) {
            find_places(origin_of(row, shape, map), static_cast<int>(width), static_cast<int>(shape.height), at.data(),
                        right_shares.data(), lower_shares.data());
            std::size_t end = 0;
            for (std::size_t column = 0; column < width; column = end) {
                for (end = column + 1; end < width && at[end] == at[end - 1] + 1; ++end) {
                }
                mix_run(&padded[static_cast<std::size_t>(at[column])], stride, &right_shares[column],
                        &lower_shares[column], end - column, &out[first + row * width + column]);
            }
        }
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
    const auto add = [&](float x, float y) {
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
    };
    for (std::uint32_t row = 0; row < shape.height; ++row) {
        const RowOrigin from = origin_of(row, shape, map);
        for (std::uint32_t column = 0; column < shape.width; ++column) {
            add(from.x + static_cast<float>(column) * from.step_x, from.y + static_cast<float>(column) * from.step_y);
        }
    }
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
