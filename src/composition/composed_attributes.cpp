#include "composition/composed_attributes.hpp"

#include <algorithm>

namespace mlaasim::composition {

std::vector<double> composed_histogram(const Marketplace& market, std::span<const sim::ServiceId> members) {
    std::vector<double> sum(market.classes(), 0.0);
    for (const sim::ServiceId id : members) {
        const auto histogram = market.class_histogram(id);
        for (std::size_t c = 0; c < sum.size(); ++c) {
            sum[c] += histogram[c];
        }
    }
    return sum;
}

std::vector<double> composed_quality_history(const Marketplace& market, std::span<const sim::ServiceId> members) {
    std::vector<double> sums;  // newest first
    std::vector<double> counts;
    for (const sim::ServiceId id : members) {
        const auto history = market.quality_history(id);
        if (history.size() > sums.size()) {
            sums.resize(history.size(), 0.0);
            counts.resize(history.size(), 0.0);
        }
        for (std::size_t k = 0; k < history.size(); ++k) {
            sums[k] += history[history.size() - 1 - k];
            counts[k] += 1;
        }
    }
    for (std::size_t k = 0; k < sums.size(); ++k) {
        sums[k] /= counts[k];
    }
    std::reverse(sums.begin(), sums.end());
    return sums;
}

double mean_quality(const Marketplace& market, std::span<const sim::ServiceId> members) {
    double sum = 0;
    for (const sim::ServiceId id : members) {
        sum += market.quality(id);
    }
    return members.empty() ? 0.0 : sum / static_cast<double>(members.size());
}

double slowest_response_ms(const Marketplace& market, std::span<const sim::ServiceId> members) {
    double slowest = 0;
    for (const sim::ServiceId id : members) {
        slowest = std::max(slowest, market.response_ms(id));
    }
    return slowest;
}

}  // namespace mlaasim::composition
