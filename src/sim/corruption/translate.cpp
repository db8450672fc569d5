#include <algorithm>

#include "sim/corruption/affine.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Moves the image by s pixels on each axis, which way is drawn for each sample and axis: `translate` of MNIST-C.
struct Translate final : GradedCorruption {
    Translate() : GradedCorruption{3.0} {}

    [[nodiscard]] Needs needs() const override { return {Need::images}; }
    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{1.0, 2.0, 3.0, 4.0, 5.0};
        return mnist_c;
    }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const override {
        RandomStream random{context.seed, Purpose::translate, context.sample, context.round.value()};
        const auto either_way = [&] { return random.below(2) == 0 ? strength : -strength; };
        const double across = either_way();
        std::ranges::copy(values, scratch.begin());
        warp(scratch, values, context.shape, {.shift_x = across, .shift_y = either_way()});
    }
};

void declare(OptionVisitor& visitor, Translate& options) {
    declare_strength(visitor, options, "1 to 5 as in MNIST-C: so many pixels; 0 = `magnitude` counts",
                     {.doc = "Distance on each axis, either way", .unit = "pixels", .range = between(0, 1000)});
}

}  // namespace

Kind<Corruption> translate_corruption() {
    return Kind<Corruption>::of<Translate>("translate", "images move to a side (data drift); not for time series");
}

}  // namespace mlaasim::sim
