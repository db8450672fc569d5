// Values that stand at a given place when numbers are put in order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace mlaasim::study {

/// The value below which a share (0 to 1) of the numbers lies, between two of them as numpy.quantile has it. There is
/// at least one number.
[[nodiscard]] inline double quantile(std::vector<double> numbers, double share) {
    const double place = share * static_cast<double>(numbers.size() - 1);
    const double below = std::floor(place);
    const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(numbers.begin(), at, numbers.end());
    if (place == below) {
        return *at;
    }
    return *at + (place - below) * (*std::min_element(at + 1, numbers.end()) - *at);
}

/// The middle number; the mean of the two in the middle of an even count. There is at least one number.
[[nodiscard]] inline double median(std::vector<double> numbers) { return quantile(std::move(numbers), 0.5); }

}  // namespace mlaasim::study
