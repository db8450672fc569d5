#include "sim/data/body_motion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace mlaasim::sim {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr float two_pi = 2.0F * pi;
constexpr float degree = pi / 180.0F;
constexpr std::size_t axes = 3;

float uniform(RandomStream& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }
float normal(RandomStream& random, float mean, float deviation) {
    return mean + deviation * static_cast<float>(random.normal());
}
/// Log-normal with median 1.
float factor(RandomStream& random, float deviation) { return std::exp(normal(random, 0.0F, deviation)); }
float phase(RandomStream& random) { return uniform(random, 0.0, two_pi); }
float seconds(std::size_t step) { return static_cast<float>(step) / BodyMotion::rate; }

/// The upward direction seen by a trunk that leans forward and to the right by these angles.
Vector3 upward(float forward, float right) {
    return {std::cos(forward) * std::cos(right), -std::cos(forward) * std::sin(right), -std::sin(forward)};
}

/// Turns the trunk by a small rotation vector: to first order, what it sees turns the other way.
Vector3 seen_after(const Vector3& turn, const Vector3& v) {
    return {v[0] - (turn[1] * v[2] - turn[2] * v[1]), v[1] - (turn[2] * v[0] - turn[0] * v[2]),
            v[2] - (turn[0] * v[1] - turn[1] * v[0])};
}

/// Means over people. Amplitudes are those of the harmonics of the stride (two steps): the 2nd, 4th and 6th are those
/// of the step, the odd ones of the vertical and forward axes are the difference between left and right.
struct Gait {
    float stride;      ///< Hz
    float lean;        ///< degrees forward
    Vector3 vertical;  ///< g, of the harmonics 2, 4, 6
    Vector3 forward;   ///< g, of the harmonics 2, 4, 6
    Vector3 sideways;  ///< g, of the harmonics 1, 3, 5
    Vector3 turning;   ///< rad/s: yaw with the stride, pitch with the step, roll with the stride
    float strike;      ///< g, of the heel strike
};

constexpr Gait walking_gait{.stride = 0.94F,
                            .lean = 4.0F,
                            .vertical = {0.22F, 0.08F, 0.04F},
                            .forward = {0.13F, 0.06F, 0.02F},
                            .sideways = {0.08F, 0.05F, 0.03F},
                            .turning = {0.45F, 0.25F, 0.30F},
                            .strike = 0.20F};
constexpr Gait upstairs_gait{.stride = 0.82F,
                             .lean = 14.0F,
                             .vertical = {0.20F, 0.05F, 0.02F},
                             .forward = {0.14F, 0.04F, 0.02F},
                             .sideways = {0.10F, 0.04F, 0.02F},
                             .turning = {0.35F, 0.35F, 0.35F},
                             .strike = 0.09F};
constexpr Gait downstairs_gait{.stride = 0.98F,
                               .lean = -5.0F,
                               .vertical = {0.24F, 0.12F, 0.07F},
                               .forward = {0.11F, 0.07F, 0.04F},
                               .sideways = {0.09F, 0.06F, 0.04F},
                               .turning = {0.35F, 0.30F, 0.30F},
                               .strike = 0.34F};

const Gait& gait_of(Activity activity) {
    switch (activity) {
        case Activity::upstairs: return upstairs_gait;
        case Activity::downstairs: return downstairs_gait;
        default: return walking_gait;
    }
}

/// One person's Fourier series of the stride along one axis.
class StrideSeries {
public:
    /// `even` receives the step's harmonics, the odd ones `asymmetry` of them; or the other way round.
    StrideSeries(const Vector3& amplitudes, bool of_step, float scale, float asymmetry, float shift,
                 RandomStream& random) {
        for (std::size_t k = 0; k < harmonics; ++k) {
            const bool even = k % 2 == 1;  // harmonic k + 1
            const float share = even == of_step ? 1.0F : asymmetry;
            const float amplitude = scale * share * amplitudes[k / 2] * factor(random, 0.2F);
            const float start = shift + normal(random, 0.0F, 0.35F);
            cosine_[k] = amplitude * std::cos(start);
            sine_[k] = amplitude * std::sin(start);
        }
    }

    static constexpr std::size_t harmonics = 6;
    /// Cosines and sines of 1 to 6 times the stride's phase.
    struct Basis {
        std::array<float, harmonics> cosine;
        std::array<float, harmonics> sine;
        explicit Basis(float stride_phase) : cosine{std::cos(stride_phase)}, sine{std::sin(stride_phase)} {
            for (std::size_t k = 1; k < harmonics; ++k) {
                cosine[k] = cosine[k - 1] * cosine[0] - sine[k - 1] * sine[0];
                sine[k] = sine[k - 1] * cosine[0] + cosine[k - 1] * sine[0];
            }
        }
    };

    [[nodiscard]] float operator()(const Basis& at) const {
        float sum = 0.0F;
        for (std::size_t k = 0; k < harmonics; ++k) {
            sum += cosine_[k] * at.cosine[k] + sine_[k] * at.sine[k];
        }
        return sum;
    }

    /// The integral over time when the stride's phase advances by `speed` rad/s.
    [[nodiscard]] float integral(const Basis& at, float speed) const {
        float sum = 0.0F;
        for (std::size_t k = 0; k < harmonics; ++k) {
            sum += (cosine_[k] * at.sine[k] - sine_[k] * at.cosine[k]) / (static_cast<float>(k + 1) * speed);
        }
        return sum;
    }

private:
    std::array<float, harmonics> cosine_{};
    std::array<float, harmonics> sine_{};
};

/// The blow of a heel strike `since` seconds ago, per g of its height: 11 Hz, damped within 40 ms.
float blow(float since) { return std::exp(-since / 0.04F) * std::cos(two_pi * 11.0F * since); }

BodyMotion walk(const Gait& gait, RandomStream& random) {
    const float pace = factor(random, 0.09F);
    const float vigour = pace * pace * factor(random, 0.22F);  // accelerations grow with the square of the cadence
    const float asymmetry = uniform(random, 0.05, 0.40);
    const StrideSeries vertical{gait.vertical, true, vigour, asymmetry, 0.0F, random};
    const StrideSeries forward{gait.forward, true, vigour, asymmetry, 0.5F * pi, random};
    const StrideSeries sideways{gait.sideways, false, vigour, 0.3F, 0.5F * pi, random};
    const float turning = pace * factor(random, 0.3F);
    const StrideSeries yaw{{gait.turning[0], 0.15F * gait.turning[0], 0.0F}, false, turning, 0.2F, 0.3F * pi, random};
    const StrideSeries pitch{{gait.turning[1], 0.30F * gait.turning[1], 0.0F}, true, turning, asymmetry, pi, random};
    const StrideSeries roll{{gait.turning[2], 0.30F * gait.turning[2], 0.0F}, false, turning, 0.2F, 0.0F, random};
    const float strike = gait.strike * vigour * factor(random, 0.3F);
    const Vector3 up = upward(degree * normal(random, gait.lean, 4.5F), degree * normal(random, 0.0F, 3.0F));
    const float mean_speed = two_pi * gait.stride * pace;
    const float drift = uniform(random, 0.0, 0.08);
    const float drift_speed = two_pi * uniform(random, 0.15, 0.5);
    const float drift_phase = phase(random);

    BodyMotion motion;
    float stride = phase(random);
    for (std::size_t t = 0; t < BodyMotion::steps; ++t) {
        const float speed = mean_speed * (1.0F + drift * std::sin(drift_speed * seconds(t) + drift_phase));
        const StrideSeries::Basis at{stride};
        const bool left = stride >= pi;
        const float since = (left ? stride - pi : stride) / speed;
        const float hit = strike * (left ? 1.0F - asymmetry : 1.0F) * blow(since);
        motion.acceleration[t] = {vertical(at) + hit, sideways(at), forward(at) - 0.4F * hit};
        motion.rotation[t] = {yaw(at), pitch(at), roll(at)};
        const Vector3 turn{yaw.integral(at, speed), pitch.integral(at, speed), roll.integral(at, speed)};
        motion.gravity[t] = seen_after(turn, up);
        stride += speed / BodyMotion::rate;
        stride -= stride >= two_pi ? two_pi : 0.0F;
    }
    return motion;
}

/// How a person at rest moves, in medians over people.
struct Rest {
    float sway;     ///< degrees, of each slow swing
    float tremor;   ///< g
    float breath;   ///< degrees of pitch
    double shifts;  ///< share of windows in which the person shifts
};

constexpr Rest sitting_rest{.sway = 0.20F, .tremor = 0.005F, .breath = 0.25F, .shifts = 0.15};
constexpr Rest standing_rest{.sway = 0.45F, .tremor = 0.010F, .breath = 0.12F, .shifts = 0.25};
constexpr Rest laying_rest{.sway = 0.06F, .tremor = 0.003F, .breath = 0.60F, .shifts = 0.05};

const Rest& rest_of(Activity activity) {
    switch (activity) {
        case Activity::sitting: return sitting_rest;
        case Activity::standing: return standing_rest;
        default: return laying_rest;
    }
}

/// Upward as the resting trunk sees it: the pelvis tilts back in a seat; one lies on the back, a side or the front.
Vector3 posture(Activity activity, RandomStream& random) {
    float forward = normal(random, 0.0F, 5.0F);
    float right = normal(random, 0.0F, 5.0F);
    if (activity == Activity::sitting) {
        forward = normal(random, -20.0F, 10.0F);
    } else if (activity == Activity::laying) {
        const double side = random.uniform();
        if (side < 0.8) {
            forward += side < 0.7 ? -85.0F : 85.0F;
        } else {
            right += side < 0.9 ? -85.0F : 85.0F;
        }
    }
    return upward(degree * forward, degree * right);
}

/// amplitude sin(2 pi frequency t + phase), added to angles and, its derivative, to their rates.
struct Swing {
    float amplitude;
    float speed;  ///< rad/s
    float start;

    void add(std::size_t axis, std::span<Vector3> angles, std::span<Vector3> rates) const {
        for (std::size_t t = 0; t < angles.size(); ++t) {
            const float at = speed * seconds(t) + start;
            angles[t][axis] += amplitude * std::sin(at);
            rates[t][axis] += amplitude * speed * std::cos(at);
        }
    }
};

/// A shift of the weight: a bell of an angle over time.
void add_shift(std::size_t axis, RandomStream& random, std::span<Vector3> angles, BodyMotion& motion) {
    const float height = degree * uniform(random, 2.0, 8.0) * (random.uniform() < 0.5 ? -1.0F : 1.0F);
    const float middle = uniform(random, 0.0, seconds(BodyMotion::steps));
    const float width = uniform(random, 0.15, 0.5);
    for (std::size_t t = 0; t < BodyMotion::steps; ++t) {
        const float u = (seconds(t) - middle) / width;
        const float bell = height * std::exp(-0.5F * u * u);
        angles[t][axis] += bell;
        motion.rotation[t][axis] -= bell * u / width;
        // The phone sits about 0.2 m from what it turns about; 9.81 m/s^2 are 1 g.
        motion.acceleration[t][(axis + 1) % axes] += 0.2F / 9.81F * bell * (u * u - 1.0F) / (width * width);
    }
}

BodyMotion rest(Activity activity, RandomStream& random) {
    const Rest& kind = rest_of(activity);
    const Vector3 up = posture(activity, random);
    BodyMotion motion;
    std::array<Vector3, BodyMotion::steps> angles{};
    const float sway = degree * kind.sway * factor(random, 0.4F);
    for (std::size_t axis = 0; axis < axes; ++axis) {
        for (int swing = 0; swing < 3; ++swing) {
            const float speed = two_pi * uniform(random, 0.1, 1.2);
            Swing{sway * factor(random, 0.3F), speed, phase(random)}.add(axis, angles, motion.rotation);
        }
    }
    const float breathing = two_pi * uniform(random, 0.2, 0.35);
    Swing{degree * kind.breath * factor(random, 0.3F), breathing, phase(random)}.add(1, angles, motion.rotation);
    if (random.uniform() < kind.shifts) {
        add_shift(1 + random.below(2), random, angles, motion);
    }
    const float tremor = kind.tremor * factor(random, 0.4F);
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const float speed = two_pi * uniform(random, 7.0, 11.0);
        const float start = phase(random);
        for (std::size_t t = 0; t < BodyMotion::steps; ++t) {
            motion.acceleration[t][axis] += tremor * std::sin(speed * seconds(t) + start);
        }
    }
    std::transform(angles.begin(), angles.end(), motion.gravity.begin(),
                   [&](const Vector3& turn) { return seen_after(turn, up); });
    return motion;
}

}  // namespace

BodyMotion draw_motion(Activity activity, RandomStream& random) {
    switch (activity) {
        case Activity::walking:
        case Activity::upstairs:
        case Activity::downstairs: return walk(gait_of(activity), random);
        default: return rest(activity, random);
    }
}

}  // namespace mlaasim::sim
