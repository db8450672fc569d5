#include <algorithm>
#include <numeric>

#include "sim/corruption/corruption.hpp"
#include "sim/corruption/turned_axes.hpp"

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
        if (strength == 0.0) {
            return;
        }
        turn_axes(values, context.shape, strength, 0.5F);
        for (float& value : values) {
            value = std::clamp(value, 0.0F, 1.0F);
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
