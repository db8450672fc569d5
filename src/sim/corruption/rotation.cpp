#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// The image at (x, y) by bilinear interpolation; what lies outside is 0.
float interpolate(const float* image, int width, int height, float x, float y) {
    const auto columns = static_cast<float>(width);
    const auto rows = static_cast<float>(height);
    if (x <= -1.0F || y <= -1.0F || x >= columns || y >= rows) {
        return 0.0F;
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
        return inside ? image[static_cast<std::ptrdiff_t>(row) * width + column] : 0.0F;
    };
    return mix(mix(pixel(top, left), pixel(top, left + 1), right_share),
               mix(pixel(top + 1, left), pixel(top + 1, left + 1), right_share), lower_share);
}

constexpr double degrees_of(double radians) { return radians * 180.0 / std::numbers::pi; }

/// Rotates an image counter-clockwise about its centre (inverse map, bilinear, outside = 0), each channel alike.
void rotate_image(std::span<const float> in, std::span<float> out, const SampleShape& shape, double degrees) {
    const double radians = degrees * std::numbers::pi / 180.0;
    const double cosine = std::cos(radians);
    const double sine = std::sin(radians);
    const double centre_x = 0.5 * (static_cast<double>(shape.width) - 1.0);
    const double centre_y = 0.5 * (static_cast<double>(shape.height) - 1.0);
    const auto step_x = static_cast<float>(cosine);
    const auto step_y = static_cast<float>(sine);
    const auto width = static_cast<int>(shape.width);
    const auto height = static_cast<int>(shape.height);
    const std::size_t plane = std::size_t{shape.height} * shape.width;
    for (std::size_t channel = 0; channel < shape.channels; ++channel) {
        const float* const image = in.data() + channel * plane;
        float* pixel = out.data() + channel * plane;
        for (int y = 0; y < height; ++y) {
            // Where the row's first pixel comes from; its others lie (cosine, sine) further each.
            const double below = y - centre_y;
            const auto from_x = static_cast<float>(centre_x - cosine * centre_x - sine * below);
            const auto from_y = static_cast<float>(centre_y - sine * centre_x + cosine * below);
            for (int x = 0; x < width; ++x) {
                const auto column = static_cast<float>(x);
                *pixel++ = interpolate(image, width, height, from_x + column * step_x, from_y + column * step_y);
            }
        }
    }
}

struct Rotation final : GradedCorruption {
    Rotation() : GradedCorruption{30.0} {}

    [[nodiscard]] Needs needs() const override { return {Need::images}; }
    /// `rotate` of MNIST-C turns by so many radians, either way.
    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{degrees_of(0.2), degrees_of(0.4), degrees_of(0.6), degrees_of(0.8),
                                            degrees_of(1.0)};
        return mnist_c;
    }
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return std::accumulate(strengths.begin(), strengths.end(), 0.0);
    }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const override {
        expects(values.size() == context.shape.size() && scratch.size() == values.size(),
                "images have the size of their shape");
        std::ranges::copy(values, scratch.begin());
        rotate_image(scratch, values, context.shape, strength);
    }
};

void declare(OptionVisitor& visitor, Rotation& options) {
    declare_strength(visitor, options,
                     "1 to 5 as in MNIST-C: 0.2, 0.4, 0.6, 0.8, 1 radian, always counter-clockwise; 0 = `magnitude` "
                     "counts",
                     {.doc = "Angle, counter-clockwise", .unit = "degrees", .range = between(-360, 360)});
}

}  // namespace

Kind<Corruption> rotation_corruption() {
    return Kind<Corruption>::of<Rotation>("rotation",
                                          "images turn counter-clockwise (data drift); not for time series");
}

}  // namespace mlaasim::sim
