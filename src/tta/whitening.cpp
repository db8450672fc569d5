#include "tta/whitening.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"
#include "tta/cholesky.hpp"

namespace mlaasim::tta {
namespace {

constexpr double shrinkage = 0.1;
constexpr std::size_t fewest_clean = 20;

}  // namespace

std::optional<Whitening> Whitening::fit(const Features& clean) {
    const std::size_t width = clean.width;
    if (clean.count() < fewest_clean || !std::ranges::all_of(clean.values, [](float v) { return std::isfinite(v); })) {
        return std::nullopt;
    }
    const std::size_t fitted = (clean.count() + 1) / 2;
    Whitening found;
    found.mean_.assign(width, 0.0);
    for (std::size_t i = 0; i < fitted; ++i) {
        for (std::size_t f = 0; f < width; ++f) {
            found.mean_[f] += clean.row(2 * i)[f] / static_cast<double>(fitted);
        }
    }
    std::vector<double> deviation(width, 0.0);
    for (std::size_t f = 0; f < width; ++f) {
        for (std::size_t i = 0; i < fitted; ++i) {
            const double off = clean.row(2 * i)[f] - found.mean_[f];
            deviation[f] += off * off;
        }
        deviation[f] = std::sqrt(deviation[f] / static_cast<double>(fitted));
    }
    const double largest = *std::ranges::max_element(deviation);
    const double floor = largest > 0.0 ? 1e-3 * largest : 1.0;
    for (const double value : deviation) {
        found.inverse_deviation_.push_back(1.0 / std::max(value, floor));
    }
    found.factor_.assign(width * width, 0.0);
    std::vector<double> z(width);
    for (std::size_t i = 0; i < fitted; ++i) {
        for (std::size_t f = 0; f < width; ++f) {
            z[f] = (clean.row(2 * i)[f] - found.mean_[f]) * found.inverse_deviation_[f];
        }
        for (std::size_t f = 0; f < width; ++f) {
            for (std::size_t g = 0; g <= f; ++g) {
                found.factor_[f * width + g] += (1.0 - shrinkage) * z[f] * z[g] / static_cast<double>(fitted);
            }
        }
    }
    for (std::size_t f = 0; f < width; ++f) {
        found.factor_[f * width + f] += shrinkage;
    }
    factorise(found.factor_, width);
    return found;
}

template <class Number>
std::vector<double> Whitening::whitened(std::span<const Number> features) const {
    const std::size_t width = mean_.size();
    sim::expects(features.size() == width, "features of the samples that the whitening was fitted to");
    std::vector<double> solved(width);
    for (std::size_t i = 0; i < width; ++i) {
        double value = (features[i] - mean_[i]) * inverse_deviation_[i];
        for (std::size_t k = 0; k < i; ++k) {
            value -= factor_[i * width + k] * solved[k];
        }
        solved[i] = value / factor_[i * width + i];
    }
    return solved;
}

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double squared_length(std::span<const double> vector) { return dot(vector, vector); }

template std::vector<double> Whitening::whitened(std::span<const float>) const;
template std::vector<double> Whitening::whitened(std::span<const double>) const;

}  // namespace mlaasim::tta
