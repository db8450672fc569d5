#include <algorithm>
#include <numeric>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// 1/2 + (1 + s) (x - 1/2), clipped to [0, 1]: a sensor that measures (1 + s) times what it should. 1/2 is a sensor's
/// zero.
struct Gain final : Corruption {
    double magnitude = 0.3;

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] Needs needs() const override { return {Need::series}; }
    /// The factors multiply.
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return std::accumulate(strengths.begin(), strengths.end(), 1.0,
                               [](double factor, double strength) { return factor * (1.0 + strength); }) -
               1.0;
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& /*context*/) const override {
        if (strength == 0.0) {
            return;
        }
        const auto factor = static_cast<float>(1.0 + strength);
        for (float& value : values) {
            value = std::clamp(0.5F + factor * (value - 0.5F), 0.0F, 1.0F);
        }
    }
};

void declare(OptionVisitor& visitor, Gain& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "m: a sensor measures 1 + m times what it should", .range = between(-1, 100)});
}

}  // namespace

Kind<Corruption> gain_corruption() {
    return Kind<Corruption>::of<Gain>("gain", "sensors measure too much or too little (data drift); for time series");
}

}  // namespace mlaasim::sim
