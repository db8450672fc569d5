// A row of numbers as a row of small bars.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace mlaasim::app {

/// How several numbers that share a column become one.
enum class Share { mean, sum };

/// One character a number: one of eight bars between the lowest number and the highest, a blank where there is no
/// number. Sums stand on 0, which is a dot. More than `width` numbers share columns.
[[nodiscard]] std::string sparkline(std::span<const double> numbers, std::size_t width, Share share);

}  // namespace mlaasim::app
