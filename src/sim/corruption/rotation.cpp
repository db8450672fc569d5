#include <algorithm>
#include <numbers>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/corruption/affine.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

constexpr double degrees_of(double radians) { return radians * 180.0 / std::numbers::pi; }

/// Turns about the centre, counter-clockwise.
struct Rotation final : GradedCorruption {
    Rotation() : GradedCorruption{30.0} {}

    [[nodiscard]] Needs needs() const override { return {Need::images}; }
    /// `rotate` of MNIST-C turns by so many radians, either way.
    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{degrees_of(0.2), degrees_of(0.4), degrees_of(0.6), degrees_of(0.8),
                                            degrees_of(1.0)};
        return mnist_c;
    }
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return std::accumulate(strengths.begin(), strengths.end(), 0.0);
    }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const override {
        expects(values.size() == context.shape.size() && scratch.size() == values.size(),
                "images have the size of their shape");
        std::ranges::copy(values, scratch.begin());
        warp(scratch, values, context.shape, turn_by(strength));
    }
};

void declare(OptionVisitor& visitor, Rotation& options) {
    declare_strength(visitor, options,
                     "1 to 5 as in MNIST-C: 0.2, 0.4, 0.6, 0.8, 1 radian, always counter-clockwise; 0 = `magnitude` "
                     "counts",
                     {.doc = "Angle, counter-clockwise", .unit = "degrees", .range = between(-360, 360)});
}

}  // namespace

Kind<Corruption> rotation_corruption() {
    return Kind<Corruption>::of<Rotation>("rotation",
                                          "images turn counter-clockwise (data drift); not for time series");
}

}  // namespace mlaasim::sim
