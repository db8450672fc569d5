#include <algorithm>

#include "sim/corruption/blended.hpp"

namespace mlaasim::sim {
namespace {

/// `stripe` of MNIST-C: the first and the last quarter of the columns are inverted.
struct Stripe final : BlendedCorruption {
    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        const std::size_t width = context.shape.width;
        const std::size_t quarter = width / 4;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t column = i % width;
            out[i] = column < quarter || column >= width - quarter ? 1.0F - values[i] : values[i];
        }
    }
};

void declare(OptionVisitor& visitor, Stripe& options) { declare_blend(visitor, options); }

}  // namespace

Kind<Corruption> stripe_corruption() {
    return Kind<Corruption>::of<Stripe>("stripe",
                                        "the outer columns of images are inverted (data drift); not for time series");
}

}  // namespace mlaasim::sim
