#include "tta/usual_mix.hpp"

#include <algorithm>

#include "tta/total_variation.hpp"

namespace mlaasim::tta {

std::optional<std::vector<double>> usual_mix(std::span<const WindowMix> windows) {
    constexpr std::ptrdiff_t most_drifted = 1;
    constexpr double most_moved = 0.25;
    if (windows.size() < usual_mix_windows || std::ranges::count_if(windows, &WindowMix::drifted) > most_drifted) {
        return std::nullopt;
    }
    std::vector<double> mean(windows.front().mix.size(), 0.0);
    for (const WindowMix& window : windows) {
        for (std::size_t c = 0; c < mean.size(); ++c) {
            mean[c] += window.mix[c] / static_cast<double>(windows.size());
        }
    }
    const bool alike = std::ranges::all_of(
        windows, [&](const WindowMix& window) { return total_variation(window.mix, mean) <= most_moved; });
    return alike ? std::optional{mean} : std::nullopt;
}

}  // namespace mlaasim::tta
