#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "sim/corruption/blended.hpp"
#include "sim/corruption/blur.hpp"

namespace mlaasim::sim {
namespace {

struct Glass {
    double deviation;
    int reach;  ///< pixels
    int passes;
};

constexpr std::array<Glass, 5> mnist_c{{{0.7, 1, 2}, {0.9, 2, 1}, {1.0, 2, 3}, {1.1, 3, 2}, {1.5, 4, 2}}};

/// `glass_blur` of MNIST-C: blurred, rounded to 8 bits, neighbours swapped at random, blurred again. The published code
/// blurs grey images along their columns only; `vertical_only` does so, too.
struct GlassBlur final : BlendedCorruption {
    std::int64_t severity = 1;
    bool vertical_only = false;

    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        const Glass& glass = mnist_c.at(static_cast<std::size_t>(severity - 1));
        const BlurAlong along = vertical_only ? BlurAlong::columns : BlurAlong::both;
        std::ranges::copy(values, out.begin());
        blur(out, context.shape, glass.deviation, along);
        for (float& value : out) {
            value = std::floor(value * 255.0F) / 255.0F;
        }
        RandomStream random{context.seed, Purpose::glass_blur, context.sample, context.round.value()};
        for (int pass = 0; pass < glass.passes; ++pass) {
            swap_neighbours(out, context.shape, glass.reach, random);
        }
        blur(out, context.shape, glass.deviation, along);
    }

private:
    /// From the last pixel that has all neighbours to the first, row by row; each is swapped with probability 1/2.
    static void swap_neighbours(std::span<float> image, const SampleShape& shape, int reach, RandomStream& random) {
        const auto width = static_cast<int>(shape.width);
        const auto height = static_cast<int>(shape.height);
        const auto away = [&] { return static_cast<int>(random.below(2U * static_cast<unsigned>(reach))) - reach; };
        for (int y = height - reach; y > reach; --y) {
            for (int x = width - reach; x > reach; --x) {
                if (random.below(2) == 0) {
                    continue;
                }
                const int across = away();
                const int down = away();
                for (std::size_t channel = 0; channel < shape.channels; ++channel) {
                    float* const plane = image.data() + channel * shape.height * shape.width;
                    std::swap(plane[y * width + x], plane[(y + down) * width + x + across]);
                }
            }
        }
    }
};

void declare(OptionVisitor& visitor, GlassBlur& options) {
    declare_severity(visitor, options.severity,
                     "1 to 5 as in MNIST-C: deviation, reach and passes 0.7, 1, 2; 0.9, 2, 1; 1, 2, 3; 1.1, 3, 2; "
                     "1.5, 4, 2");
    visitor.option("vertical_only", options.vertical_only,
                   {.doc = "Blur along columns only, as the published code does with grey images"});
    declare_blend(visitor, options);
}

}  // namespace

Kind<Corruption> glass_blur_corruption() {
    return Kind<Corruption>::of<GlassBlur>("glass_blur",
                                           "images are seen through frosted glass (data drift); not for time series");
}

}  // namespace mlaasim::sim
