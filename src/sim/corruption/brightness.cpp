#include <algorithm>
#include <numeric>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// x + c, clipped to [0, 1]: `brightness` of MNIST-C (Mu and Gilmer, "MNIST-C: a robustness benchmark for computer
/// vision", 2019), without its rounding to 8 bits.
struct Brightness final : GradedCorruption {
    Brightness() : GradedCorruption{0.3} {}

    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{0.1, 0.2, 0.3, 0.4, 0.5};
        return mnist_c;
    }
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return std::accumulate(strengths.begin(), strengths.end(), 0.0);
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& /*context*/) const override {
        const auto more = static_cast<float>(strength);
        for (float& value : values) {
            value = std::clamp(value + more, 0.0F, 1.0F);
        }
    }
};

void declare(OptionVisitor& visitor, Brightness& options) {
    declare_strength(visitor, options, "1 to 5 as in MNIST-C: 0.1, 0.2, 0.3, 0.4, 0.5; 0 = `magnitude` counts",
                     {.doc = "What is added to every value; values are in [0, 1]; below 0 the sample gets darker",
                      .range = between(-1, 1)});
}

}  // namespace

Kind<Corruption> brightness_corruption() {
    return Kind<Corruption>::of<Brightness>("brightness", "every value grows by the same (data drift)");
}

}  // namespace mlaasim::sim
