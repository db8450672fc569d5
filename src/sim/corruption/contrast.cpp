#include <algorithm>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// (1 - s) x + s m, clipped to [0, 1], with m the mean of the sample's channel: `contrast` of CIFAR-10-C with the
/// factor 1 - s (Hendrycks and Dietterich, "Benchmarking neural network robustness to common corruptions and
/// perturbations", ICLR 2019), without its rounding to 8 bits. The strength is the share that is lost, so that 0
/// changes nothing.
struct Contrast final : GradedCorruption {
    Contrast() : GradedCorruption{0.5} {}

    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities cifar_c{1.0 - 0.75, 1.0 - 0.5, 1.0 - 0.4, 1.0 - 0.3, 1.0 - 0.15};
        return cifar_c;
    }
    /// The factors multiply, as the mean stays.
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return 1.0 - std::accumulate(strengths.begin(), strengths.end(), 1.0,
                                     [](double factor, double strength) { return factor * (1.0 - strength); });
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        expects(values.size() == context.shape.size(), "samples have the size of their shape");
        const auto factor = static_cast<float>(1.0 - strength);
        const std::size_t plane = std::size_t{context.shape.height} * context.shape.width;
        for (std::size_t begin = 0; begin < values.size(); begin += plane) {
            const std::span<float> channel = values.subspan(begin, plane);
            const double sum = std::accumulate(channel.begin(), channel.end(), 0.0);
            const auto lost = static_cast<float>(strength * sum / static_cast<double>(plane));
            for (float& value : channel) {
                value = std::clamp(factor * value + lost, 0.0F, 1.0F);
            }
        }
    }
};

void declare(OptionVisitor& visitor, Contrast& options) {
    declare_strength(
        visitor, options,
        "1 to 5 as in CIFAR-10-C: 0.25, 0.5, 0.6, 0.7, 0.85 of the contrast are lost; 0 = `magnitude` counts",
        {.doc = "Share of the contrast that is lost; 1 = nothing but the mean is left", .range = between(0, 1)});
}

}  // namespace

Kind<Corruption> contrast_corruption() {
    return Kind<Corruption>::of<Contrast>("contrast", "every value moves towards the mean of its channel (data drift)");
}

}  // namespace mlaasim::sim
