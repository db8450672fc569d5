#include "study/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace mlaasim::study {
namespace {

/// A tenth of a percent is what is shown; differences are those of what is shown.
double tenths(double share) { return std::round(1000.0 * share); }

}  // namespace

std::string percent_text(double share) {
    return std::isfinite(share) ? fmt::format("{:.1f} %", tenths(share) / 10.0) : "-";
}

std::string points_text(double share, double before) {
    const double points = (tenths(share) - tenths(before)) / 10.0;
    return points == 0.0 ? "no change" : fmt::format("{:+.1f} points", points);
}

std::string bytes_text(double bytes) {
    constexpr std::array units{"kB", "MB", "GB", "TB", "PB", "EB"};
    if (std::fabs(bytes) < 1000.0) {
        return fmt::format("{:.0f} B", bytes);
    }
    double value = bytes / 1000.0;
    std::size_t unit = 0;
    while (std::fabs(value) >= 999.95 && unit + 1 < units.size()) {
        value /= 1000.0;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string energy_text(double joules) {
    return joules < 9999.95 ? fmt::format("{:.1f} J", joules) : fmt::format("{:.1f} kJ", joules / 1000.0);
}

std::string seconds_text(double seconds) {
    if (seconds < 59.95) {
        return fmt::format("{:.{}f} s", seconds, seconds < 9.995 ? 2 : 1);
    }
    const auto whole = std::llround(seconds);
    return whole < 3600 ? fmt::format("{}:{:02} min", whole / 60, whole % 60)
                        : fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string number_text(double value) {
    if (!std::isfinite(value)) {
        return "-";
    }
    const double size = std::fabs(value);
    return size >= 1000.0 && size < 1e12 ? fmt::format("{:.0f}", value) : fmt::format("{:.4g}", value);
}

std::string list_text(const std::vector<std::string>& parts, std::size_t most) {
    const std::size_t shown = parts.size() <= most ? parts.size() : most;
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) {
        const bool last = i + 1 == parts.size();
        text += (i == 0 ? "" : last ? " and " : ", ") + parts[i];
    }
    return shown == parts.size() ? text : fmt::format("{} and {} more", text, parts.size() - shown);
}

std::string list_text(const std::vector<std::uint32_t>& ids, std::size_t most) {
    std::vector<std::string> parts;
    parts.reserve(ids.size());
    std::transform(ids.begin(), ids.end(), std::back_inserter(parts),
                   [](std::uint32_t id) { return std::to_string(id); });
    return list_text(parts, most);
}

}  // namespace mlaasim::study
