#include <algorithm>

#include "sim/corruption/affine.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Shrinks the image to 1 / (1 + s) of its size: `scale` of MNIST-C with the factor 1 + s.
struct Scale final : GradedCorruption {
    Scale() : GradedCorruption{0.4} {}

    [[nodiscard]] Needs needs() const override { return {Need::images}; }
    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{1.0 / 0.9 - 1.0, 1.0 / 0.8 - 1.0, 1.0 / 0.7 - 1.0, 1.0 / 0.6 - 1.0,
                                            1.0 / 0.5 - 1.0};
        return mnist_c;
    }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const override {
        std::ranges::copy(values, scratch.begin());
        warp(scratch, values, context.shape, {.xx = 1.0 + strength, .yy = 1.0 + strength});
    }
};

void declare(OptionVisitor& visitor, Scale& options) {
    declare_strength(
        visitor, options, "1 to 5 as in MNIST-C: to 0.9, 0.8, 0.7, 0.6, 0.5 of the size; 0 = `magnitude` counts",
        {.doc = "m: the image shrinks to 1 / (1 + m) of its size; below 0 it grows", .range = between(-0.9, 9)});
}

}  // namespace

Kind<Corruption> scale_corruption() {
    return Kind<Corruption>::of<Scale>("scale", "images shrink (data drift); not for time series");
}

}  // namespace mlaasim::sim
