#include "tta/moved_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

using Points = std::span<const std::vector<double>>;

double squared_distance(std::span<const double> point, std::span<const double> mean, std::span<const double> offset) {
    double sum = 0.0;
    for (std::size_t f = 0; f < point.size(); ++f) {
        const double apart = point[f] - mean[f] - offset[f];
        sum += apart * apart;
    }
    return sum;
}

/// The next one; its likelihood is that of the one before.
MovedMixture step(const MovedMixture& now, Points means, Points points) {
    constexpr double least_variance = 1e-6;  // the points of a cluster may be equal
    const auto n = static_cast<double>(points.size());
    const std::size_t width = now.offset.size();
    MovedMixture next{.mix = std::vector<double>(means.size(), 0.0), .offset = std::vector<double>(width, 0.0)};
    std::vector<double> squares(means.size());
    std::vector<double> shares(means.size());
    double all_squares = 0.0;
    for (const std::vector<double>& point : points) {
        for (std::size_t c = 0; c < means.size(); ++c) {
            squares[c] = squared_distance(point, means[c], now.offset);
            shares[c] = now.mix[c] > 0.0 ? std::log(now.mix[c]) - 0.5 * squares[c] / now.variance
                                         : -std::numeric_limits<double>::infinity();
        }
        const double top = *std::ranges::max_element(shares);
        double sum = 0.0;
        for (double& share : shares) {
            share = std::exp(share - top);
            sum += share;
        }
        next.log_likelihood += (top + std::log(sum)) / n;
        for (std::size_t c = 0; c < means.size(); ++c) {
            const double share = shares[c] / sum;
            next.mix[c] += share / n;
            all_squares += share * squares[c];
            for (std::size_t f = 0; f < width; ++f) {
                next.offset[f] += share * (point[f] - means[c][f]) / n;
            }
        }
    }
    next.log_likelihood -= 0.5 * static_cast<double>(width) * std::log(now.variance);
    next.variance = std::max(least_variance, all_squares / (n * static_cast<double>(width)));
    return next;
}

}  // namespace

MovedMixture fit_moved_mixture(Points means, Points points, std::span<const double> mix) {
    constexpr int most_steps = 40;
    constexpr double close_enough = 1e-6;
    sim::expects(!means.empty() && !points.empty() && mix.size() == means.size(), "there are means and points");
    const std::size_t width = means.front().size();
    MovedMixture found{.offset = std::vector<double>(width, 0.0)};
    for (const std::vector<double>& point : points) {
        for (std::size_t f = 0; f < width; ++f) {
            found.offset[f] += point[f] / static_cast<double>(points.size());
        }
    }
    for (std::size_t c = 0; c < means.size(); ++c) {
        found.mix.push_back(0.5 * mix[c] + 0.5 / static_cast<double>(means.size()));
        for (std::size_t f = 0; f < width; ++f) {
            found.offset[f] -= mix[c] * means[c][f];
        }
    }
    found.log_likelihood = -std::numeric_limits<double>::infinity();
    for (int i = 0; i < most_steps; ++i) {
        MovedMixture next = step(found, means, points);
        const bool ends = next.log_likelihood - found.log_likelihood < close_enough;
        found = std::move(next);
        if (ends) {
            break;
        }
    }
    return found;
}

}  // namespace mlaasim::tta
