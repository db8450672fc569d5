// The mix of classes that a stream usually has, from windows of it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlaasim::tta {

/// Windows that tell the usual mix of a stream: fewer may be alike by chance where classes come in runs.
inline constexpr std::size_t usual_mix_windows = 4;

/// What a window says of it.
struct WindowMix {
    std::vector<double> mix{};  ///< as Drift::mix
    bool drifted = false;
};

/// The mean of their mixes. Nothing where there are fewer than `usual_mix_windows`, where more than one of them had
/// drifted (a clean window may look as if it had), or where a mix is more than .25 away from the mean
/// (total_variation). Precondition: all mixes are of the same classes.
[[nodiscard]] std::optional<std::vector<double>> usual_mix(std::span<const WindowMix> windows);

}  // namespace mlaasim::tta
