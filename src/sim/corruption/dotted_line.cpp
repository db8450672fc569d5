#include <algorithm>

#include "sim/corruption/blended.hpp"
#include "sim/corruption/lines.hpp"

namespace mlaasim::sim {
namespace {

/// `dotted_line` of MNIST-C: a line from the first to the last column, of which two columns are off and two are on.
/// Where it begins and ends is drawn for each sample and round. On images that are not 28 x 28, rows scale with the
/// height.
struct DottedLine final : BlendedCorruption {
    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        RandomStream random{context.seed, Purpose::dotted_line, context.sample, context.round.value()};
        const double unit = static_cast<double>(context.shape.height) / 28.0;
        const auto row = [&] { return unit * random.below(27); };
        const ImagePoint from{.column = 0.0, .row = row()};
        const ImagePoint to{.column = static_cast<double>(context.shape.width) - 1.0, .row = row()};
        std::ranges::copy(values, out.begin());
        constexpr std::size_t period = 4;
        draw_line(out, context.shape, from, to, period);
    }
};

void declare(OptionVisitor& visitor, DottedLine& options) { declare_blend(visitor, options); }

}  // namespace

Kind<Corruption> dotted_line_corruption() {
    return Kind<Corruption>::of<DottedLine>("dotted_line",
                                            "a dotted line crosses images (data drift); not for time series");
}

}  // namespace mlaasim::sim
