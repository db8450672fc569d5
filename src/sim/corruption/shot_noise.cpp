#include <algorithm>
#include <boost/random/poisson_distribution.hpp>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// s P(x / s), clipped to [0, 1], with P(m) from the Poisson distribution of mean m: `shot_noise` of MNIST-C, whose
/// constant is 1 / s. Drawn anew in every round.
struct ShotNoise final : GradedCorruption {
    ShotNoise() : GradedCorruption{1.0 / 3.0} {}

    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{1.0 / 60.0, 1.0 / 25.0, 1.0 / 12.0, 1.0 / 5.0, 1.0 / 3.0};
        return mnist_c;
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        // Below this, the deviation is far less than a grey level, and counts would not fit an int.
        constexpr double none = 1e-8;
        if (strength < none) {
            return;
        }
        RandomStream random{context.seed, Purpose::shot_noise, context.sample, context.round.value()};
        for (float& value : values) {
            if (value > 0.0F) {
                boost::random::poisson_distribution<int, double> photons{static_cast<double>(value) / strength};
                value = std::min(static_cast<float>(strength * photons(random)), 1.0F);
            }
        }
    }
};

void declare(OptionVisitor& visitor, ShotNoise& options) {
    declare_strength(
        visitor, options, "1 to 5 as in MNIST-C: 1/60, 1/25, 1/12, 1/5, 1/3; 0 = `magnitude` counts",
        {.doc = "What one photon adds to a value. A value x gets the variance x times this", .range = between(0, 10)});
}

}  // namespace

Kind<Corruption> shot_noise_corruption() {
    return Kind<Corruption>::of<ShotNoise>("shot_noise", "values are counts of few photons (data drift)");
}

}  // namespace mlaasim::sim
