#include "sim/corruption/turned_axes.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t axes = 3;

}  // namespace

bool has_axes(const SampleShape& shape) { return shape.is_series() && shape.channels >= axes; }

void turn_axes(std::span<float> values, const SampleShape& shape, double degrees, float zero) {
    expects(values.size() == shape.size(), "series have the size of their shape");
    const double radians = degrees * std::numbers::pi / 180.0;
    const auto cosine = static_cast<float>(std::cos(radians));
    const auto sine = static_cast<float>(std::sin(radians));
    const std::size_t steps = shape.width;
    for (std::size_t first = 0; first + axes <= shape.channels; first += axes) {
        const auto x = values.subspan(first * steps, steps);
        const auto y = values.subspan((first + 1) * steps, steps);
        for (std::size_t t = 0; t < steps; ++t) {
            const float from_x = x[t] - zero;
            const float from_y = y[t] - zero;
            x[t] = zero + cosine * from_x - sine * from_y;
            y[t] = zero + sine * from_x + cosine * from_y;
        }
    }
}

}  // namespace mlaasim::sim
