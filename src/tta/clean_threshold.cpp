#include "tta/clean_threshold.hpp"

#include <algorithm>
#include <functional>

#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

constexpr double exceeded_if_clean = 0.02;
constexpr double odds_of_false_alarm = 0.01;

}  // namespace

CleanThreshold::CleanThreshold(std::vector<double> clean) : compared_{clean.size()} {
    sim::expects(!clean.empty(), "a threshold is that of clean samples");
    beyond_ = std::max<std::size_t>(1, static_cast<std::size_t>(exceeded_if_clean * static_cast<double>(clean.size())));
    const auto at = clean.begin() + static_cast<std::ptrdiff_t>(beyond_ - 1);
    std::nth_element(clean.begin(), at, clean.end(), std::greater<>{});
    value_ = *at;
}

std::size_t CleanThreshold::too_many_of(std::size_t samples) const {
    const auto m = static_cast<double>(samples);
    const auto a = static_cast<double>(beyond_);
    const auto b = static_cast<double>(compared_ - beyond_ + 1);
    // P(0) = prod_{i<m} (b + i) / (a + b + i), and P(x + 1) / P(x) = (m - x)(a + x) / ((x + 1)(b + m - x - 1)).
    double probability = 1.0;
    for (std::size_t i = 0; i < samples; ++i) {
        probability *= (b + static_cast<double>(i)) / (a + b + static_cast<double>(i));
    }
    double below = 0.0;  // the odds of fewer than x
    for (std::size_t x = 0; x <= samples; ++x) {
        const auto exceeding = static_cast<double>(x);
        if (1.0 - below <= odds_of_false_alarm && exceeding > exceeded_if_clean * m) {
            return x;
        }
        below += probability;
        probability *= (m - exceeding) * (a + exceeding) / ((exceeding + 1.0) * (b + m - exceeding - 1.0));
    }
    return samples + 1;
}

}  // namespace mlaasim::tta
