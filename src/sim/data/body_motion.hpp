// How the trunk of a person moves during an activity, for the generated sensor windows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/core/random.hpp"

namespace mlaasim::sim {

/// The numbers are the labels of the samples, in the order of UCI HAR.
enum class Activity : std::uint8_t { walking, upstairs, downstairs, sitting, standing, laying };
inline constexpr std::uint32_t activity_count = 6;

using Vector3 = std::array<float, 3>;

/// The motion of one window in the axes of the trunk: x to the head, y to the right, z forward.
struct BodyMotion {
    static constexpr std::size_t steps = 128;
    static constexpr float rate = 50.0F;  ///< steps a second

    std::array<Vector3, steps> acceleration{};  ///< g, without gravity
    std::array<Vector3, steps> gravity{};       ///< g, as an accelerometer at rest shows it: 1 g upwards
    std::array<Vector3, steps> rotation{};      ///< rad/s, right-handed about each axis
};

/// Draws a person and how this person does it. Walking is a Fourier series of the stride, whose cadence drifts, with a
/// damped blow at every heel strike; its steps are quicker, harder and more upright downstairs, and slower, softer and
/// leaning forward upstairs. At rest the trunk sways, breathes and trembles, and at times shifts.
[[nodiscard]] BodyMotion draw_motion(Activity activity, RandomStream& random);

}  // namespace mlaasim::sim
