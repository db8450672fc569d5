#include "composition/assessment/harm_detector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

constexpr std::array bets{0.1, 0.3, 0.6, 0.9};
constexpr double smallest_factor = 0.02;
constexpr double quantile = 0.999;
constexpr double bound_over_quantile = 1.5;
constexpr double newest_weight = 0.2;  ///< of the newest round in the moving average of B
/// Evidence beyond this changes nothing more, and stays far from the largest double.
constexpr double most_log_r = 500.0;

/// ln(1 + exp(x)), without overflow.
double log_one_plus_exp(double x) { return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

/// The quantile of |h| over all members and samples; 0 without any.
double quantile_of(std::span<const std::vector<double>> harms) {
    std::vector<double> sizes;
    for (const std::vector<double>& harm : harms) {
        std::transform(harm.begin(), harm.end(), std::back_inserter(sizes), [](double h) { return std::abs(h); });
    }
    if (sizes.empty()) {
        return 0.0;
    }
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(quantile * static_cast<double>(sizes.size()))) - 1;
    std::nth_element(sizes.begin(), sizes.begin() + rank, sizes.end());
    return sizes[static_cast<std::size_t>(rank)];
}

}  // namespace

void HarmDetector::keep_only(std::span<const sim::ServiceId> members) {
    std::erase_if(log_r_, [&](const auto& known) {
        return std::find(members.begin(), members.end(), known.first) == members.end();
    });
}

double HarmDetector::log_likelihood(std::span<const double> harm) const {
    std::array<double, bets.size()> logs{};
    for (std::size_t b = 0; b < bets.size(); ++b) {
        const double lambda = bets[b] / (bound_ + options_.tolerance);
        for (const double h : harm) {
            logs[b] += std::log(std::max(smallest_factor, 1.0 + lambda * (std::min(h, bound_) - options_.tolerance)));
        }
    }
    const double largest = *std::max_element(logs.begin(), logs.end());
    double sum = 0.0;
    for (const double value : logs) {
        sum += std::exp(value - largest);
    }
    return largest + std::log(sum / static_cast<double>(logs.size()));
}

std::vector<double> HarmDetector::observe(std::span<const sim::ServiceId> assessed,
                                          std::span<const std::vector<double>> harms) {
    sim::expects(assessed.size() == harms.size(), "the harm of every member");
    std::vector<double> evidence;
    for (std::size_t i = 0; i < assessed.size(); ++i) {
        double& log_r = log_r_[assessed[i]];
        if (bound_ > 0.0) {
            log_r = std::min(most_log_r, log_one_plus_exp(log_r + log_likelihood(harms[i])));
        }
        evidence.push_back(log_r);
    }
    const double seen = bound_over_quantile * quantile_of(harms);
    bound_ = bound_ > 0.0 ? (1.0 - newest_weight) * bound_ + newest_weight * seen : seen;
    return evidence;
}

double HarmDetector::threshold(std::size_t members) const {
    return std::log1p(static_cast<double>(members) * options_.false_alarm_rounds);
}

void HarmDetector::archive(Archive& archive) {
    std::vector<sim::ServiceId> services;
    std::vector<double> numbers{bound_};
    for (const auto& [service, log_r] : log_r_) {
        services.push_back(service);
        numbers.push_back(log_r);
    }
    archive.services("harm/services", services);
    archive.numbers("harm/evidence", numbers);
    if (!archive.loads()) {
        return;
    }
    if (numbers.size() != services.size() + 1) {
        throw sim::InputError(sim::Problem{.what = "the checkpoint's evidence of harm is not one number a service",
                                           .hint = "the trace is damaged"});
    }
    bound_ = numbers.front();
    log_r_.clear();
    for (std::size_t i = 0; i < services.size(); ++i) {
        log_r_[services[i]] = numbers[i + 1];
    }
}

}  // namespace mlaasim::composition
