#include "tta/alignment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/corruption/turned_axes.hpp"

namespace mlaasim::tta {
namespace {

constexpr double widest = 45.0;
constexpr double step = 7.5;
constexpr std::size_t upright = alignment_angles / 2;

/// Whether the angle of position `a` is to be taken before that of `b` where both are as good.
bool smaller_turn(std::size_t a, std::size_t b) {
    const auto turn = [](std::size_t i) { return i > upright ? i - upright : upright - i; };
    return turn(a) != turn(b) ? turn(a) < turn(b) : a < b;
}

}  // namespace

std::array<double, alignment_angles> alignment_grid() {
    std::array<double, alignment_angles> angles{};
    for (std::size_t i = 0; i < angles.size(); ++i) {
        angles[i] = step * static_cast<double>(i) - widest;
    }
    return angles;
}

bool can_turn(const sim::SampleShape& shape) { return !shape.is_series() || sim::has_axes(shape); }

float zero_of(const sim::SampleShape& shape, float mean, float deviation) {
    return ((shape.is_series() ? 0.5F : 0.0F) - mean) / deviation;
}

std::vector<double> entropies(std::span<const float> probabilities, std::size_t classes) {
    sim::expects(classes > 0 && probabilities.size() % classes == 0, "rows of probabilities, one number a class");
    std::vector<double> result(probabilities.size() / classes);
    for (std::size_t i = 0; i < result.size(); ++i) {
        double entropy = 0.0;
        for (const float probability : probabilities.subspan(i * classes, classes)) {
            const double p = probability;
            entropy -= p > 0.0 ? p * std::log(p) : p;  // a NaN stays one
        }
        result[i] = std::isfinite(entropy) ? entropy : std::log(static_cast<double>(classes));
    }
    return result;
}

EntropyTable entropies_by_angle(const sim::SampleBlock& samples, std::size_t count, float zero, std::size_t classes,
                                const Predict& predict) {
    EntropyTable table;
    sim::SampleBlock turned;
    for (const double angle : alignment_grid()) {
        turned.turn(samples, count, -angle, zero);
        table.push_back(entropies(predict(turned), classes));
    }
    return table;
}

std::vector<double> mean_by_angle(const EntropyTable& table) {
    std::vector<double> means;
    for (const std::vector<double>& of_angle : table) {
        means.push_back(std::accumulate(of_angle.begin(), of_angle.end(), 0.0) / static_cast<double>(of_angle.size()));
    }
    return means;
}

LeastEntropy least_entropy(std::span<const double> means) {
    sim::expects(means.size() == alignment_angles, "one mean per angle of the grid");
    std::size_t best = upright;
    for (std::size_t i = 0; i < means.size(); ++i) {
        if (means[i] < means[best] || (means[i] == means[best] && smaller_turn(i, best))) {
            best = i;
        }
    }
    double angle = alignment_grid()[best];
    double least = means[best];
    if (best > 0 && best + 1 < means.size()) {
        // Through (-1, l), (0, m), (1, r): its vertex is at (l - r) / (2 (l - 2 m + r)), within half a step of the
        // best.
        const double slope = means[best - 1] - means[best + 1];
        const double curvature = means[best - 1] - 2.0 * means[best] + means[best + 1];
        if (curvature > 0.0) {
            angle += step * slope / (2.0 * curvature);
            least -= slope * slope / (8.0 * curvature);
        }
    }
    return {.angle = angle, .gain = std::max(0.0, means[upright] - least)};
}

double clean_gain(const EntropyTable& clean, std::size_t window, sim::RandomStream random) {
    constexpr std::size_t windows = 200;
    constexpr std::size_t quantile = 195;  // 97.5 % of the windows
    if (clean.empty() || clean.front().empty()) {
        return std::numeric_limits<double>::infinity();
    }
    const auto samples = static_cast<std::uint32_t>(clean.front().size());
    std::vector<double> gains;
    std::vector<double> means(clean.size());
    for (std::size_t w = 0; w < windows; ++w) {
        std::fill(means.begin(), means.end(), 0.0);
        for (std::size_t i = 0; i < window; ++i) {
            const std::uint32_t sample = random.below(samples);
            for (std::size_t angle = 0; angle < means.size(); ++angle) {
                means[angle] += clean[angle][sample];
            }
        }
        for (double& mean : means) {
            mean /= static_cast<double>(window);
        }
        gains.push_back(least_entropy(means).gain);
    }
    std::nth_element(gains.begin(), gains.begin() + (quantile - 1), gains.end());
    return gains[quantile - 1];
}

}  // namespace mlaasim::tta
