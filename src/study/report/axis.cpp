#include "study/report/axis.hpp"

#include <algorithm>
#include <cmath>

namespace mlaasim::study {
namespace {

/// 1, 2 or 5 times a power of ten, not below `least`.
double step_above(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least * (1.0 - 1e-9)) {
            return factor * power;
        }
    }
    return 10.0 * power;
}

}  // namespace

Axis axis_over(double low, double high, int wanted) {
    if (!(high > low)) {
        const double room = std::max(1e-9, 0.05 * std::fabs(low));
        low -= room;
        high += room;
    }
    const double step = step_above((high - low) / wanted);
    const double first = std::floor(low / step + 1e-9);
    const double last = std::ceil(high / step - 1e-9);
    Axis axis{.low = first * step, .high = last * step};
    for (double number = first; number <= last; number += 1.0) {
        axis.ticks.push_back(number * step);
    }
    return axis;
}

Axis axis_of_rounds(double first, double last, int most) {
    Axis axis{.low = first, .high = std::max(last, first + 1.0)};
    const double step = std::max(1.0, step_above(std::max(1.0, (last - first) / most)));
    for (double tick = std::ceil(first / step) * step; tick <= last; tick += step) {
        axis.ticks.push_back(tick);
    }
    return axis;
}

}  // namespace mlaasim::study
