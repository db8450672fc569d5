// A row of numbers as a row of small bars.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mlaasim::study {

/// Lowest and highest of the finite values; {0, 0} when there are none.
struct ValueRange {
    double lowest = 0.0;
    double highest = 0.0;
};
[[nodiscard]] ValueRange range_of(std::span<const std::vector<double>* const> rows);

/// The bar (U+2581 to U+2588) of a finite value: the lowest one at the bottom of the range, the highest at its top.
[[nodiscard]] const char* bar_of(double value, ValueRange range);

/// How many values share a bar, so that no more than `most_bars` come out.
[[nodiscard]] std::size_t values_per_bar(std::size_t values, std::size_t most_bars);

/// How several values that share a bar become one.
enum class Share : std::uint8_t { mean, sum };

/// One bar for each `per_bar` values: the height is their mean, from the lowest to the highest value
/// of `range`. A bar without finite values is a blank. The text ends where the values do.
[[nodiscard]] std::string sparkline(std::span<const double> values, ValueRange range, std::size_t per_bar);

/// At most `most_bars` bars from the lowest of them to the highest, and a blank where there is no number. Sums stand on
/// 0, which is a dot.
[[nodiscard]] std::string sparkline(std::span<const double> values, std::size_t most_bars, Share share);

}  // namespace mlaasim::study
