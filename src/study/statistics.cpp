#include "study/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "sim/core/random.hpp"
#include "study/order_statistics.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_for_exact = 50;

/// Absolute differences with their ranks; equal ones share the mean of their ranks.
struct Ranks {
    double positive = 0.0;  ///< sum of the ranks of positive differences
    double ties = 0.0;      ///< sum of t^3 - t over groups of t equal ones
};

Ranks ranks_of(std::vector<double> differences) {
    std::sort(differences.begin(), differences.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    Ranks ranks;
    for (std::size_t begin = 0; begin < differences.size();) {
        std::size_t end = begin;
        while (end < differences.size() && std::abs(differences[end]) == std::abs(differences[begin])) {
            ++end;
        }
        const auto size = static_cast<double>(end - begin);
        const double rank = static_cast<double>(begin) + (size + 1.0) / 2.0;
        for (std::size_t i = begin; i < end; ++i) {
            ranks.positive += differences[i] > 0.0 ? rank : 0.0;
        }
        ranks.ties += size * size * size - size;
        begin = end;
    }
    return ranks;
}

/// Of all 2^n ways of giving signs to the ranks 1 to n, the share in which the positive ones sum to at most `sum`.
double share_of_sums_up_to(std::size_t n, double sum) {
    const std::size_t most = n * (n + 1) / 2;
    std::vector<double> ways(most + 1, 0.0);
    ways[0] = 1.0;
    for (std::size_t rank = 1; rank <= n; ++rank) {
        for (std::size_t total = most; total >= rank; --total) {
            ways[total] += ways[total - rank];
        }
    }
    const auto last = static_cast<std::ptrdiff_t>(std::floor(sum)) + 1;
    return std::accumulate(ways.begin(), ways.begin() + last, 0.0) / std::exp2(static_cast<double>(n));
}

}  // namespace

std::optional<Interval> Bootstrap::mean(std::span<const double> values) {
    if (values.size() < 2) {
        return std::nullopt;
    }
    std::vector<std::uint32_t>& drawn = drawn_[values.size()];
    if (drawn.empty()) {
        sim::RandomStream stream{{0}, sim::Purpose::bootstrap, values.size(), 0};
        drawn.resize(resamples * values.size());
        for (std::uint32_t& index : drawn) {
            index = stream.below(static_cast<std::uint32_t>(values.size()));
        }
    }
    std::vector<double> means(resamples);
    for (std::size_t resample = 0; resample < resamples; ++resample) {
        double sum = 0.0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sum += values[drawn[resample * values.size() + i]];
        }
        means[resample] = sum / static_cast<double>(values.size());
    }
    constexpr double tail = (1.0 - confidence) / 2.0;
    return Interval{quantile(means, tail), quantile(means, 1.0 - tail)};
}

std::optional<double> wilcoxon(std::span<const double> given) {
    std::vector<double> differences;
    std::copy_if(given.begin(), given.end(), std::back_inserter(differences), [](double d) { return d != 0.0; });
    const std::size_t n = differences.size();
    if (n == 0) {
        return std::nullopt;
    }
    const Ranks ranks = ranks_of(std::move(differences));
    const auto count = static_cast<double>(n);
    const double both = count * (count + 1.0) / 2.0;
    if (n == given.size() && n <= most_for_exact && ranks.ties == 0.0) {
        return std::min(1.0, 2.0 * share_of_sums_up_to(n, std::min(ranks.positive, both - ranks.positive)));
    }
    const double variance = count * (count + 1.0) * (2.0 * count + 1.0) / 24.0 - ranks.ties / 48.0;
    const double distance = std::abs(ranks.positive - both / 2.0) / std::sqrt(variance);
    return 2.0 * boost::math::cdf(boost::math::complement(boost::math::normal{}, distance));
}

std::vector<double> holm(const std::vector<double>& p_values) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p_values.size(); ++i) {
        if (!std::isnan(p_values[i])) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return p_values[a] != p_values[b] ? p_values[a] < p_values[b] : a < b;
    });
    std::vector<double> adjusted = p_values;
    double least = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto others = static_cast<double>(order.size() - i);
        least = std::max(least, std::min(1.0, others * p_values[order[i]]));
        adjusted[order[i]] = least;
    }
    return adjusted;
}

}  // namespace mlaasim::study
