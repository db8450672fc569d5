#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Each channel of a sample is lost with probability s, and then shows 1/2, a sensor's zero. Which ones is drawn for
/// each sample and round.
struct MissingChannel final : Corruption {
    double magnitude = 0.2;

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] Needs needs() const override { return {Need::series}; }
    void apply(std::span<float> values, std::span<float> /*scratch*/, double strength,
               const SampleContext& context) const override {
        const std::size_t steps = context.shape.width;
        RandomStream random{context.seed, Purpose::missing_channel, context.sample, context.round.value()};
        for (std::size_t begin = 0; begin < values.size(); begin += steps) {
            if (random.uniform() < strength) {
                for (float& value : values.subspan(begin, steps)) {
                    value = 0.5F;
                }
            }
        }
    }
};

void declare(OptionVisitor& visitor, MissingChannel& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "Probability that a channel of a sample is lost", .range = between(0, 1)});
}

}  // namespace

Kind<Corruption> missing_channel_corruption() {
    return Kind<Corruption>::of<MissingChannel>("missing_channel",
                                                "sensors fail for a window (data drift); for time series");
}

}  // namespace mlaasim::sim
