#include "study/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace mlaasim::study {
namespace {

constexpr std::array bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// NaN where none of the values that share a bar is finite.
std::vector<double> heights_of(std::span<const double> values, std::size_t per_bar, Share share) {
    std::vector<double> heights;
    for (std::size_t first = 0; first < values.size(); first += per_bar) {
        double sum = 0.0;
        double count = 0.0;
        for (const double value : values.subspan(first, std::min(per_bar, values.size() - first))) {
            if (std::isfinite(value)) {
                sum += value;
                count += 1.0;
            }
        }
        heights.push_back(count == 0.0 ? std::nan("") : share == Share::mean ? sum / count : sum);
    }
    return heights;
}

}  // namespace

const char* bar_of(double value, ValueRange range) {
    const double height = range.highest > range.lowest ? (value - range.lowest) / (range.highest - range.lowest) : 0.5;
    const double bar = std::floor(std::clamp(height, 0.0, 1.0) * static_cast<double>(bars.size()));
    return bars[std::min(static_cast<std::size_t>(bar), bars.size() - 1)];
}

ValueRange range_of(std::span<const std::vector<double>* const> rows) {
    ValueRange range{.lowest = std::numeric_limits<double>::infinity(),
                     .highest = -std::numeric_limits<double>::infinity()};
    for (const std::vector<double>* row : rows) {
        for (const double value : *row) {
            if (std::isfinite(value)) {
                range.lowest = std::min(range.lowest, value);
                range.highest = std::max(range.highest, value);
            }
        }
    }
    return range.lowest <= range.highest ? range : ValueRange{};
}

std::size_t values_per_bar(std::size_t values, std::size_t most_bars) {
    return std::max<std::size_t>(1, (values + most_bars - 1) / most_bars);
}

std::string sparkline(std::span<const double> values, ValueRange range, std::size_t per_bar) {
    std::string line;
    for (const double height : heights_of(values, per_bar, Share::mean)) {
        line += std::isnan(height) ? " " : bar_of(height, range);
    }
    return line;
}

std::string sparkline(std::span<const double> values, std::size_t most_bars, Share share) {
    const std::vector<double> heights = heights_of(values, values_per_bar(values.size(), most_bars), share);
    const std::array rows{&heights};
    ValueRange range = range_of(rows);
    if (share == Share::sum) {
        range.lowest = 0.0;
    }
    std::string line;
    for (const double height : heights) {
        line += std::isnan(height) ? " " : share == Share::sum && height == 0.0 ? "." : bar_of(height, range);
    }
    return line;
}

}  // namespace mlaasim::study
