#include <algorithm>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// x is cut to [s/2, 1 - s/2]: the sensor's range is 1 - s of what it was.
struct Saturation final : Corruption {
    double magnitude = 0.6;

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] Needs needs() const override { return {Need::series}; }
    /// The narrowest range counts.
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return *std::ranges::max_element(strengths);
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& /*context*/) const override {
        const auto low = static_cast<float>(0.5 * strength);
        for (float& value : values) {
            value = std::clamp(value, low, 1.0F - low);
        }
    }
};

void declare(OptionVisitor& visitor, Saturation& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "Share of a sensor's range that is lost, a half at each end", .range = between(0, 1)});
}

}  // namespace

Kind<Corruption> saturation_corruption() {
    return Kind<Corruption>::of<Saturation>("saturation", "sensors have a smaller range (data drift); for time series");
}

}  // namespace mlaasim::sim
