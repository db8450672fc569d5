#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sim/corruption/turned_axes.hpp"
#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

using Values = std::span<float>;
using sim::RandomStream;
using sim::SampleShape;

constexpr float zero = 0.5F;

/// Noise of a deviation of .02.
void jitter(Values values, Values /*scratch*/, const SampleShape& /*shape*/, RandomStream& random) {
    for (float& value : values) {
        value += static_cast<float>(0.02 * random.normal());
    }
}

/// Every channel by a factor of its own, N(1, .1).
void scaling(Values values, Values /*scratch*/, const SampleShape& shape, RandomStream& random) {
    for (std::size_t at = 0; at < values.size(); at += shape.width) {
        const auto factor = static_cast<float>(1.0 + 0.1 * random.normal());
        for (float& value : values.subspan(at, shape.width)) {
            value = zero + factor * (value - zero);
        }
    }
}

/// By up to 15 degrees about the third axis, where there are three.
void rotation(Values values, Values /*scratch*/, const SampleShape& shape, RandomStream& random) {
    const double degrees = random.uniform(-15.0, 15.0);
    if (sim::has_axes(shape)) {
        sim::turn_axes(values, shape, degrees, zero);
    }
}

/// A curve over a window of n steps: amplitude * sin(2 pi t / n + phase).
class Wave {
public:
    Wave(const SampleShape& shape, double amplitude, RandomStream& random)
        : turn_{2.0 * std::numbers::pi / shape.width},
          phase_{random.uniform(0.0, 2.0 * std::numbers::pi)},
          amplitude_{amplitude} {}
    [[nodiscard]] double at(std::size_t step) const {
        return amplitude_ * std::sin(turn_ * static_cast<double>(step) + phase_);
    }

private:
    double turn_;
    double phase_;
    double amplitude_;
};

/// Step t shows what was up to a thirtieth of the window away, by linear interpolation.
void time_warp(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    const std::size_t steps = shape.width;
    const Wave wave{shape, static_cast<double>(steps) / 30.0, random};
    if (steps < 2) {
        return;
    }
    std::ranges::copy(values, scratch.begin());
    for (std::size_t t = 0; t < steps; ++t) {
        const double from = std::clamp(static_cast<double>(t) + wave.at(t), 0.0, static_cast<double>(steps - 1));
        const auto before = std::min(static_cast<std::size_t>(from), steps - 2);
        const auto share = static_cast<float>(from - static_cast<double>(before));
        for (std::size_t at = 0; at < values.size(); at += steps) {
            values[at + t] = (1.0F - share) * scratch[at + before] + share * scratch[at + before + 1];
        }
    }
}

/// By a factor that goes up and down by a tenth in a window.
void magnitude_warp(Values values, Values /*scratch*/, const SampleShape& shape, RandomStream& random) {
    const Wave wave{shape, 0.1, random};
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = zero + static_cast<float>(1.0 + wave.at(i % shape.width)) * (values[i] - zero);
    }
}

/// Four segments of a window change places; what is left over by four stays at the end.
void permutation(Values values, Values scratch, const SampleShape& shape, RandomStream& random) {
    std::array<std::uint32_t, 4> order{0, 1, 2, 3};
    random.shuffle(order);
    const std::size_t length = shape.width / order.size();
    std::ranges::copy(values, scratch.begin());
    for (std::size_t at = 0; at < values.size(); at += shape.width) {
        for (std::size_t i = 0; i < order.size(); ++i) {
            std::copy_n(scratch.begin() + static_cast<std::ptrdiff_t>(at + order[i] * length), length,
                        values.begin() + static_cast<std::ptrdiff_t>(at + i * length));
        }
    }
}

/// One channel says nothing.
void dropout(Values values, Values /*scratch*/, const SampleShape& shape, RandomStream& random) {
    const std::size_t channel = random.below(static_cast<std::uint32_t>(values.size() / shape.width));
    std::ranges::fill(values.subspan(channel * shape.width, shape.width), zero);
}

constexpr std::array operations{
    ViewOperation{jitter},         ViewOperation{scaling},     ViewOperation{rotation}, ViewOperation{time_warp},
    ViewOperation{magnitude_warp}, ViewOperation{permutation}, ViewOperation{dropout},
};

}  // namespace

std::span<const ViewOperation> sensor_operations() { return operations; }

}  // namespace mlaasim::tta
