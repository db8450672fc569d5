#include <algorithm>
#include <cmath>

#include "sim/corruption/blended.hpp"
#include "sim/corruption/lines.hpp"

namespace mlaasim::sim {
namespace {

/// `zigzag` of MNIST-C: a line from column 2 to column 25 that swings by 2 pixels to both sides, with a peak every 4
/// pixels. Where it begins and ends is drawn for each sample and round. On images that are not 28 x 28, all lengths
/// scale with the size.
struct Zigzag final : BlendedCorruption {
    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        RandomStream random{context.seed, Purpose::zigzag, context.sample, context.round.value()};
        const double start = random.below(27);
        const double fall = static_cast<double>(random.below(10)) - 5.0;
        constexpr double first = 2.0;
        constexpr double last = 25.0;
        const double length = std::hypot(last - first, fall);
        const double cosine = (last - first) / length;
        const double sine = fall / length;
        const double unit_x = static_cast<double>(context.shape.width) / 28.0;
        const double unit_y = static_cast<double>(context.shape.height) / 28.0;
        const auto turned = [&](double along, double aside) {
            return ImagePoint{.column = unit_x * (first + cosine * along - sine * aside),
                              .row = unit_y * (start + sine * along + cosine * aside)};
        };
        std::ranges::copy(values, out.begin());
        constexpr double swing = 2.0;
        ImagePoint from = turned(0.0, 0.0);
        for (int peak = 0; (2 * peak + 1) * swing < length; ++peak) {
            const ImagePoint to = turned((2 * peak + 1) * swing, peak % 2 == 0 ? swing : -swing);
            draw_line(out, context.shape, from, to);
            from = to;
        }
        draw_line(out, context.shape, from, turned(length, 0.0));
    }
};

void declare(OptionVisitor& visitor, Zigzag& options) { declare_blend(visitor, options); }

}  // namespace

Kind<Corruption> zigzag_corruption() {
    return Kind<Corruption>::of<Zigzag>("zigzag", "a zigzag line crosses images (data drift); not for time series");
}

}  // namespace mlaasim::sim
