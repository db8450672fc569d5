#include "sim/data/synthetic_sensors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include "sim/data/body_motion.hpp"
#include "sim/data/shared_loop.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t axes = 3;
constexpr std::size_t channels = 3 * axes;
constexpr std::size_t window = channels * BodyMotion::steps;

enum class Pool : std::uint64_t { train = 0, test = 1 };

/// Rounds of the generator's streams: what they are drawn for. 0 and 1 are those of the synthetic digits.
constexpr std::uint32_t recording = 2;
constexpr std::uint32_t order_of_six = 3;

RandomStream stream(Seed seed, Pool pool, std::uint32_t index, std::uint32_t use) {
    return {seed, Purpose::generated_data, (static_cast<std::uint64_t>(pool) << 32U) | index, use};
}

/// How the phone hangs on its wearer: a rotation about the three axes, one after the other.
class Mounting {
public:
    explicit Mounting(RandomStream& random) {
        constexpr std::array<double, axes> degrees{15.0, 3.0, 3.0};  // standard deviations: the belt slides around
        for (std::size_t axis = 0; axis < axes; ++axis) {
            const double angle = degrees.at(axis) * std::numbers::pi / 180.0 * random.normal();
            cosine_[axis] = static_cast<float>(std::cos(angle));
            sine_[axis] = static_cast<float>(std::sin(angle));
        }
    }

    [[nodiscard]] Vector3 operator()(Vector3 v) const {
        for (std::size_t axis = 0; axis < axes; ++axis) {
            const float a = v[(axis + 1) % axes];
            const float b = v[(axis + 2) % axes];
            v[(axis + 1) % axes] = cosine_[axis] * a - sine_[axis] * b;
            v[(axis + 2) % axes] = sine_[axis] * a + cosine_[axis] * b;
        }
        return v;
    }

private:
    Vector3 cosine_{};
    Vector3 sine_{};
};

/// The errors of one sensor: a bias for the window, and noise of triangular distribution at every step.
class SensorError {
public:
    SensorError(double bias, double noise_low, double noise_high, RandomStream& random)
        : amplitude_{static_cast<float>(random.uniform(noise_low, noise_high)) / 1023.0F} {
        for (float& axis : bias_) {
            axis = static_cast<float>(bias * random.normal());
        }
    }

    [[nodiscard]] const Vector3& bias() const { return bias_; }
    [[nodiscard]] Vector3 noise(RandomStream& random) const {
        Vector3 values;
        for (float& value : values) {
            const std::uint32_t bits = random();
            const int difference = static_cast<int>(bits & 0x3FFU) - static_cast<int>((bits >> 10U) & 0x3FFU);
            value = amplitude_ * static_cast<float>(difference);
        }
        return values;
    }

private:
    float amplitude_;  ///< half the noise's width / 1023
    Vector3 bias_{};
};

std::uint8_t quantised(float value, float range) {
    const float scaled = std::clamp(0.5F + 0.5F * value / range, 0.0F, 1.0F);
    // NOLINTNEXTLINE(bugprone-incorrect-roundings): of a value in [0, 255], and lround is a call
    return static_cast<std::uint8_t>(scaled * 255.0F + 0.5F);
}

void record(Activity activity, RandomStream random, std::span<std::uint8_t> out) {
    const BodyMotion motion = draw_motion(activity, random);
    const Mounting mounted{random};
    const SensorError accelerometer{0.01, 0.02, 0.08, random};  // g
    const SensorError gyroscope{0.02, 0.02, 0.10, random};      // rad/s
    for (std::size_t t = 0; t < BodyMotion::steps; ++t) {
        const Vector3 acceleration = mounted(motion.acceleration[t]);
        const Vector3 gravity = mounted(motion.gravity[t]);
        const Vector3 rotation = mounted(motion.rotation[t]);
        const Vector3 accelerometer_noise = accelerometer.noise(random);
        const Vector3 gyroscope_noise = gyroscope.noise(random);
        for (std::size_t axis = 0; axis < axes; ++axis) {
            // Gravity is what a slow filter finds, so it takes the bias along, and body acceleration has none.
            const float body = acceleration[axis] + accelerometer_noise[axis];
            const float total = body + gravity[axis] + accelerometer.bias()[axis];
            const float turning = rotation[axis] + gyroscope_noise[axis] + gyroscope.bias()[axis];
            out[axis * BodyMotion::steps + t] = quantised(body, body_acceleration_range);
            out[(axes + axis) * BodyMotion::steps + t] = quantised(turning, angular_velocity_range);
            out[(2 * axes + axis) * BodyMotion::steps + t] = quantised(total, total_acceleration_range);
        }
    }
}

DecodedPool record_pool(Seed seed, Pool pool, std::uint32_t count, unsigned threads) {
    DecodedPool recorded{.values = std::vector<std::uint8_t>(count * window),
                         .labels = std::vector<std::uint8_t>(count)};
    shared_loop(count, activity_count, threads, [&](std::uint32_t first, std::uint32_t last) {
        std::array<std::uint32_t, activity_count> order{};
        for (std::uint32_t i = first; i < last; ++i) {
            if (i % activity_count == 0) {
                std::iota(order.begin(), order.end(), 0U);
                stream(seed, pool, i / activity_count, order_of_six).shuffle(order);
            }
            const auto label = static_cast<std::uint8_t>(order[i % activity_count]);
            recorded.labels[i] = label;
            record(Activity{label}, stream(seed, pool, i, recording),
                   std::span{recorded.values}.subspan(i * window, window));
        }
    });
    return recorded;
}

}  // namespace

DecodedDataset generate_synthetic_sensors(Seed seed, std::uint32_t train, std::uint32_t test, unsigned threads) {
    return {.shape = {.channels = channels, .height = 1, .width = BodyMotion::steps},
            .classes = activity_count,
            .train = record_pool(seed, Pool::train, train, threads),
            .test = record_pool(seed, Pool::test, test, threads)};
}

}  // namespace mlaasim::sim
