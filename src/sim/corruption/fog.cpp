#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "sim/corruption/blended.hpp"
#include "sim/corruption/plasma.hpp"

namespace mlaasim::sim {
namespace {

struct Density {
    double amount;
    double decay;  ///< of the cloud's details
};

constexpr std::array<Density, 5> mnist_c{{{1.5, 2.0}, {2.0, 2.0}, {2.5, 1.7}, {2.5, 1.5}, {3.0, 1.4}}};

/// `fog` of MNIST-C: (x + a P) m / (m + a), with m the largest value of the sample and P a corner of a cloud (plasma)
/// that is drawn for each sample and round.
struct Fog final : BlendedCorruption {
    std::int64_t severity = 5;

    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        const Density& density = mnist_c.at(static_cast<std::size_t>(severity - 1));
        const std::size_t width = context.shape.width;
        const std::size_t height = context.shape.height;
        constexpr std::size_t published_size = 256;
        const std::size_t size = std::max(published_size, std::bit_ceil(std::max(width, height)));
        RandomStream random{context.seed, Purpose::fog, context.sample, context.round.value()};
        const std::vector<float> cloud = plasma(size, density.decay, random);
        const float most = *std::ranges::max_element(values);
        const auto amount = static_cast<float>(density.amount);
        const float scale = most / (most + amount);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t row = i / width % height;
            out[i] = (values[i] + amount * cloud[row * size + i % width]) * scale;
        }
    }
};

void declare(OptionVisitor& visitor, Fog& options) {
    declare_severity(visitor, options.severity,
                     "1 to 5 as in MNIST-C: amount and decay 1.5, 2; 2, 2; 2.5, 1.7; 2.5, 1.5; 3, 1.4");
    declare_blend(visitor, options);
}

}  // namespace

Kind<Corruption> fog_corruption() {
    return Kind<Corruption>::of<Fog>("fog", "a cloud lies over images (data drift); not for time series");
}

}  // namespace mlaasim::sim
