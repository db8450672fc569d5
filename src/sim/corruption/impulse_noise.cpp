#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Every value becomes 0 or 1, with equal odds, with probability s: `impulse_noise` of MNIST-C. Drawn anew in every
/// round.
struct ImpulseNoise final : GradedCorruption {
    ImpulseNoise() : GradedCorruption{0.17} {}

    [[nodiscard]] const Severities& severities() const override {
        static constexpr Severities mnist_c{0.03, 0.06, 0.09, 0.17, 0.27};
        return mnist_c;
    }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        RandomStream random{context.seed, Purpose::impulse_noise, context.sample, context.round.value()};
        for (float& value : values) {
            const double drawn = random.uniform();
            if (drawn < strength) {
                value = drawn < 0.5 * strength ? 0.0F : 1.0F;
            }
        }
    }
};

void declare(OptionVisitor& visitor, ImpulseNoise& options) {
    declare_strength(visitor, options, "1 to 5 as in MNIST-C: 0.03, 0.06, 0.09, 0.17, 0.27; 0 = `magnitude` counts",
                     {.doc = "Share of the values that are lost", .range = between(0, 1)});
}

}  // namespace

Kind<Corruption> impulse_noise_corruption() {
    return Kind<Corruption>::of<ImpulseNoise>("impulse_noise", "some values become 0 or 1 (data drift)");
}

}  // namespace mlaasim::sim
