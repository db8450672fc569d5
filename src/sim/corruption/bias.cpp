#include <algorithm>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// x + s z, clipped to [0, 1], with z = 1 or -1 drawn for each channel, the same in all samples and rounds: sensors
/// that are off by a constant. (`brightness` moves all channels alike.)
struct Bias final : Corruption {
    double magnitude = 0.05;

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] Needs needs() const override { return {Need::series}; }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        const std::size_t steps = context.shape.width;
        RandomStream random{context.seed, Purpose::sensor_bias, 0, 0};
        for (std::size_t begin = 0; begin < values.size(); begin += steps) {
            const auto off = static_cast<float>(random.below(2) == 0 ? strength : -strength);
            for (float& value : values.subspan(begin, steps)) {
                value = std::clamp(value + off, 0.0F, 1.0F);
            }
        }
    }
};

void declare(OptionVisitor& visitor, Bias& options) {
    visitor.option(
        "magnitude", options.magnitude,
        {.doc = "By how much each channel is off, up or down; values are in [0, 1]", .range = between(0, 1)});
}

}  // namespace

Kind<Corruption> bias_corruption() {
    return Kind<Corruption>::of<Bias>("bias", "each sensor is off by a constant (data drift); for time series");
}

}  // namespace mlaasim::sim
