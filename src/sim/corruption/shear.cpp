#include <algorithm>
#include <cmath>

#include "sim/corruption/affine.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Slants the image by an angle of s radians, to a side that is drawn for each sample: `shear` of MNIST-C.
struct Shear final : GradedCorruption {
    Shear() : GradedCorruption{0.4} {}

    [[nodiscard]] Needs needs() const override { return {Need::images}; }
    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{0.2, 0.4, 0.6, 0.8, 1.0};
        return mnist_c;
    }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const override {
        RandomStream random{context.seed, Purpose::shear, context.sample, context.round.value()};
        const double angle = random.below(2) == 0 ? strength : -strength;
        std::ranges::copy(values, scratch.begin());
        warp(scratch, values, context.shape, {.xy = -std::sin(angle), .yy = std::cos(angle)});
    }
};

void declare(OptionVisitor& visitor, Shear& options) {
    declare_strength(visitor, options, "1 to 5 as in MNIST-C: 0.2, 0.4, 0.6, 0.8, 1 radian; 0 = `magnitude` counts",
                     {.doc = "Angle by which columns lean, to either side", .unit = "rad", .range = between(0, 1.5)});
}

}  // namespace

Kind<Corruption> shear_corruption() {
    return Kind<Corruption>::of<Shear>("shear", "images are slanted to one side (data drift); not for time series");
}

}  // namespace mlaasim::sim
