#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Standard normals by the ziggurat of 128 layers, 24 bits of fraction and 7 of layer out of one 32-bit number.
/// Marsaglia and Tsang 2000, with Doornik's (2005) rule that layer and fraction share no bits.
class Ziggurat {
public:
    Ziggurat() {
        const double peak = std::exp(-0.5 * tail * tail);
        edge_[0] = area / peak;
        edge_[1] = tail;
        for (std::size_t i = 2; i < layers; ++i) {
            edge_[i] = std::sqrt(-2.0 * std::log(area / edge_[i - 1] + std::exp(-0.5 * edge_[i - 1] * edge_[i - 1])));
        }
        edge_[layers] = 0.0;
        for (std::size_t i = 0; i < layers; ++i) {
            inner_[i] = edge_[i + 1] / edge_[i];
        }
    }

    double operator()(RandomStream& random) const {
        for (;;) {
            const std::uint32_t bits = random();
            const std::size_t layer = bits % layers;
            const double fraction = static_cast<double>(static_cast<std::int32_t>(bits) >> 8) * 0x1.0p-23;
            if (std::abs(fraction) < inner_[layer]) {
                return fraction * edge_[layer];
            }
            if (layer == 0) {
                return std::copysign(beyond_tail(random), fraction);
            }
            const double x = fraction * edge_[layer];
            const double outer = std::exp(-0.5 * (edge_[layer] * edge_[layer] - x * x));
            const double inner = std::exp(-0.5 * (edge_[layer + 1] * edge_[layer + 1] - x * x));
            if (outer + random.uniform() * (inner - outer) < 1.0) {
                return x;
            }
        }
    }

private:
    static constexpr std::size_t layers = 128;
    static constexpr double tail = 3.442619855899;       ///< where the base layer's rectangle ends
    static constexpr double area = 9.91256303526217e-3;  ///< of every layer, under exp(-x^2 / 2)

    /// Marsaglia 1964.
    static double beyond_tail(RandomStream& random) {
        double x = 0.0;
        double y = 0.0;
        do {
            x = -std::log1p(-random.uniform()) / tail;
            y = -std::log1p(-random.uniform());
        } while (y + y < x * x);
        return tail + x;
    }

    std::array<double, layers + 1> edge_{};
    std::array<double, layers> inner_{};
};

/// x + d z with z from the standard normal distribution for every value, clipped to [0, 1]: `gaussian_noise` of
/// CIFAR-10-C (Hendrycks and Dietterich, ICLR 2019), without its rounding to 8 bits. Drawn anew in every round.
struct Noise final : GradedCorruption {
    Noise() : GradedCorruption{0.1} {}

    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities cifar_c{0.04, 0.06, 0.08, 0.09, 0.10};
        return cifar_c;
    }
    /// Variances of independent noises add up.
    [[nodiscard]] std::optional<double> combined(std::span<const double> strengths) const override {
        return std::sqrt(std::accumulate(strengths.begin(), strengths.end(), 0.0, [](double variance, double strength) {
            return variance + strength * strength;
        }));
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        expects(strength >= 0.0, "a standard deviation is not negative");
        static const Ziggurat normal;
        RandomStream random{context.seed, Purpose::drift_noise, context.sample, context.round.value()};
        for (float& value : values) {
            const float noisy = value + static_cast<float>(strength * normal(random));
            value = std::min(std::max(noisy, 0.0F), 1.0F);
        }
    }
};

void declare(OptionVisitor& visitor, Noise& options) {
    declare_strength(
        visitor, options,
        "1 to 5 as `gaussian_noise` of CIFAR-10-C: 0.04, 0.06, 0.08, 0.09, 0.10; 0 = `magnitude` counts",
        {.doc = "Standard deviation, in the unit of the values, which lie in [0, 1]", .range = between(0, 10)});
}

}  // namespace

Kind<Corruption> noise_corruption() {
    return Kind<Corruption>::of<Noise>("noise", "Gaussian noise on every value (data drift)");
}

}  // namespace mlaasim::sim
