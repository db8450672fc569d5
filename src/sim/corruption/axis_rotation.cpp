#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// The device is worn turned by s degrees: in every three channels (x, y, z), x and y turn about z. 1/2 is a sensor's
/// zero. Channels beyond a multiple of three stay.
struct AxisRotation final : Corruption {
    double magnitude = 45.0;

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] Needs needs() const override { return {Need::series}; }
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return std::accumulate(strengths.begin(), strengths.end(), 0.0);
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        const double radians = strength * std::numbers::pi / 180.0;
        const auto cosine = static_cast<float>(std::cos(radians));
        const auto sine = static_cast<float>(std::sin(radians));
        const std::size_t steps = context.shape.width;
        constexpr std::size_t axes = 3;
        for (std::size_t first = 0; first + axes <= context.shape.channels; first += axes) {
            const auto x = values.subspan(first * steps, steps);
            const auto y = values.subspan((first + 1) * steps, steps);
            for (std::size_t t = 0; t < steps; ++t) {
                const float from_x = x[t] - 0.5F;
                const float from_y = y[t] - 0.5F;
                x[t] = std::clamp(0.5F + cosine * from_x - sine * from_y, 0.0F, 1.0F);
                y[t] = std::clamp(0.5F + sine * from_x + cosine * from_y, 0.0F, 1.0F);
            }
        }
    }
};

void declare(OptionVisitor& visitor, AxisRotation& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "Angle by which the device is turned about its third axis",
                    .unit = "degrees",
                    .range = between(-360, 360)});
}

}  // namespace

Kind<Corruption> axis_rotation_corruption() {
    return Kind<Corruption>::of<AxisRotation>(
        "axis_rotation", "a device with sensors of three axes is worn turned (data drift); for time series");
}

}  // namespace mlaasim::sim
