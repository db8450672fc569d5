#include "composition/healing/paired_gain.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

double upper_normal_quantile(double probability) {
    sim::expects(probability > 0.0 && probability <= 0.5, "a probability of the upper half");
    double low = 0.0;
    double high = 40.0;  // erfc is 0 from there on
    for (int halving = 0; halving < 60; ++halving) {
        const double middle = 0.5 * (low + high);
        (0.5 * std::erfc(middle / std::numbers::sqrt2) > probability ? low : high) = middle;
    }
    return high;
}

PairedGain mean_gain(std::span<const double> gains) {
    PairedGain gain{.samples = static_cast<std::int64_t>(gains.size())};
    if (!gains.empty()) {
        gain.mean = std::accumulate(gains.begin(), gains.end(), 0.0) / static_cast<double>(gains.size());
    }
    return gain;
}

PairedGain paired_gain(std::span<const double> gains, std::size_t actions, const GainTest& test) {
    PairedGain gain = mean_gain(gains);
    if (gains.size() < 2) {
        return gain;
    }
    const auto m = static_cast<double>(gains.size());
    double squares = 0.0;
    for (const double g : gains) {
        squares += (g - gain.mean) * (g - gain.mean);
    }
    const double variance = squares / (m - 1.0);
    gain.lower = gain.mean -
                 upper_normal_quantile(test.error / static_cast<double>(actions)) * std::sqrt(variance / m) -
                 test.margin;
    return gain;
}

}  // namespace mlaasim::composition
