// Where the ticks of an axis are.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::study {

/// An axis from `low` to `high`, which lie on ticks.
struct Axis {
    double low = 0.0;
    double high = 1.0;
    std::vector<double> ticks;

    /// Where a value lies: 0 at `low`, 1 at `high`.
    [[nodiscard]] double share(double value) const { return (value - low) / (high - low); }
};

/// About `wanted` ticks at 1, 2 or 5 times a power of ten that cover the range. A range without width is widened.
[[nodiscard]] Axis axis_over(double low, double high, int wanted);

/// Whole numbers from `first` to `last`, at most `most` of them: for rounds. The axis ends at `first` and `last`.
[[nodiscard]] Axis axis_of_rounds(double first, double last, int most);

}  // namespace mlaasim::study
