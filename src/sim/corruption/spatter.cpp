#include <algorithm>
#include <array>
#include <vector>

#include "sim/corruption/blended.hpp"
#include "sim/corruption/blur.hpp"

namespace mlaasim::sim {
namespace {

struct Splash {
    double mean;
    double deviation;
    double drops;      ///< deviation of the blur that makes drops, in pixels
    double threshold;  ///< above it is mud
    double edges;      ///< deviation of the blur of the drops' edges, in pixels
};

constexpr std::array<Splash, 5> mnist_c{{{0.65, 0.3, 4.0, 0.69, 0.6},
                                         {0.65, 0.3, 3.0, 0.68, 0.6},
                                         {0.65, 0.3, 2.0, 0.68, 0.5},
                                         {0.65, 0.3, 1.0, 0.65, 1.5},
                                         {0.67, 0.4, 1.0, 0.65, 1.5}}};

/// `spatter` of MNIST-C: drops of the grey 63/255 hide the image. Drawn for each sample and round.
struct Spatter final : BlendedCorruption {
    std::int64_t severity = 4;

    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        const Splash& splash = mnist_c.at(static_cast<std::size_t>(severity - 1));
        const SampleShape plane{1, context.shape.height, context.shape.width};
        RandomStream random{context.seed, Purpose::spatter, context.sample, context.round.value()};
        std::vector<float> mud(plane.size());
        for (float& value : mud) {
            value = static_cast<float>(splash.mean + splash.deviation * random.normal());
        }
        blur(mud, plane, splash.drops);
        for (float& value : mud) {
            value = static_cast<double>(value) > splash.threshold ? 1.0F : 0.0F;
        }
        blur(mud, plane, splash.edges);
        constexpr float grey = 63.0F / 255.0F;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float drop = mud[i % mud.size()];
            const float hidden = drop < 0.8F ? 0.0F : drop;
            out[i] = values[i] * (1.0F - hidden) + grey * hidden;
        }
    }
};

void declare(OptionVisitor& visitor, Spatter& options) {
    declare_severity(visitor, options.severity,
                     "1 to 5 as in MNIST-C: drops, threshold and edges 4, 0.69, 0.6; 3, 0.68, 0.6; 2, 0.68, 0.5; "
                     "1, 0.65, 1.5; the same with more and stronger drops");
    declare_blend(visitor, options);
}

}  // namespace

Kind<Corruption> spatter_corruption() {
    return Kind<Corruption>::of<Spatter>("spatter", "drops hide images (data drift); not for time series");
}

}  // namespace mlaasim::sim
