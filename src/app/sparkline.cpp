#include "app/sparkline.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "study/sparkline.hpp"

namespace mlaasim::app {
namespace {

std::vector<double> columns_of(std::span<const double> numbers, std::size_t width, Share share) {
    const std::size_t count = std::min(width, numbers.size());
    std::vector<double> columns;
    for (std::size_t column = 0; column < count; ++column) {
        const std::size_t first = column * numbers.size() / count;
        const std::size_t end = (column + 1) * numbers.size() / count;
        double sum = 0.0;
        std::size_t known = 0;
        for (const double number : numbers.subspan(first, end - first)) {
            sum += std::isfinite(number) ? number : 0.0;
            known += std::isfinite(number) ? 1 : 0;
        }
        const double divisor = share == Share::mean ? static_cast<double>(known) : 1.0;
        columns.push_back(known == 0 ? std::nan("") : sum / divisor);
    }
    return columns;
}

}  // namespace

std::string sparkline(std::span<const double> numbers, std::size_t width, Share share) {
    const std::vector<double> columns = columns_of(numbers, width, share);
    double low = share == Share::sum ? 0.0 : HUGE_VAL;
    double high = -HUGE_VAL;
    for (const double column : columns) {
        low = std::isnan(column) ? low : std::min(low, column);
        high = std::isnan(column) ? high : std::max(high, column);
    }
    std::string text;
    for (const double column : columns) {
        if (std::isnan(column)) {
            text += ' ';
        } else if (share == Share::sum && column == 0.0) {
            text += '.';
        } else {
            text += study::bar_of(column, {.lowest = low, .highest = high});
        }
    }
    return text;
}

}  // namespace mlaasim::app
