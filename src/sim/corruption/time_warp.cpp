#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/corruption/corruption.hpp"

namespace mlaasim::sim {
namespace {

/// Time runs unevenly: step t of a window of n steps shows what was at t + s n / (2 pi) sin(2 pi t / n + a) - o, by
/// linear interpolation, with a phase a drawn for each sample and round, and o such that step 0 stays. Within the
/// window, speed lies between 1 - s and 1 + s. All channels are warped alike.
struct TimeWarp final : Corruption {
    double magnitude = 0.3;

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] Needs needs() const override { return {Need::series}; }
    void apply(std::span<float> values, std::span<float> scratch, double strength,
               const SampleContext& context) const override {
        if (strength == 0.0 || context.shape.width < 2) {
            return;
        }
        constexpr double turn = 2.0 * std::numbers::pi;
        const auto steps = static_cast<std::size_t>(context.shape.width);
        const auto length = static_cast<double>(steps);
        RandomStream random{context.seed, Purpose::time_warp, context.sample, context.round.value()};
        const double phase = random.uniform(0.0, turn);
        std::ranges::copy(values, scratch.begin());
        for (std::size_t t = 0; t < steps; ++t) {
            const auto time = static_cast<double>(t);
            const double offset = std::sin(turn * time / length + phase) - std::sin(phase);
            const double from = std::clamp(time + strength * length / turn * offset, 0.0, length - 1.0);
            const auto before = std::min(static_cast<std::size_t>(from), steps - 2);
            const auto share = static_cast<float>(from - static_cast<double>(before));
            for (std::size_t begin = 0; begin < values.size(); begin += steps) {
                values[begin + t] = (1.0F - share) * scratch[begin + before] + share * scratch[begin + before + 1];
            }
        }
    }
};

void declare(OptionVisitor& visitor, TimeWarp& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "m: the speed of time varies between 1 - m and 1 + m", .range = between(0, 1)});
}

}  // namespace

Kind<Corruption> time_warp_corruption() {
    return Kind<Corruption>::of<TimeWarp>("time_warp", "time runs unevenly in a window (data drift); for time series");
}

}  // namespace mlaasim::sim
