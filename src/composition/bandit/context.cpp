#include "composition/bandit/context.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "composition/rules/dum/histogram_distance.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// Entropy of the class shares / log of the number of classes: 1 when all classes are equally frequent.
double label_entropy(std::span<const double> histogram) {
    double total = 0;
    for (const double count : histogram) {
        total += count;
    }
    if (total <= 0 || histogram.size() < 2) {
        return 0;
    }
    double entropy = 0;
    for (const double count : histogram) {
        const double share = count / total;
        entropy -= share > 0 ? share * std::log(share) : 0.0;
    }
    return entropy / std::log(static_cast<double>(histogram.size()));
}

}  // namespace

Contexts contexts_of(const Marketplace& market, std::span<const sim::ServiceId> candidates,
                     std::span<const double> composition_histogram) {
    Contexts contexts{.services = {candidates.begin(), candidates.end()}, .values = {}};
    contexts.values.reserve(candidates.size() * context_width);
    for (const sim::ServiceId id : candidates) {
        const auto histogram = market.class_histogram(id);
        contexts.values.insert(contexts.values.end(),
                               {1.0, market.effectiveness(id), market.quality(id), market.reliability(id),
                                -market.response_ms(id), std::log1p(market.volume(id)),
                                share_distance(composition_histogram, histogram), label_entropy(histogram)});
    }
    min_max_scale(contexts.values, context_width);
    for (std::size_t i = 0; i < contexts.rows(); ++i) {
        contexts.values[i * context_width] = 1.0;
    }
    return contexts;
}

Contexts with_nearness(const Contexts& contexts, std::span<const double> distances) {
    sim::expects(distances.size() == contexts.rows(), "every service has a distance");
    std::vector<double> nearness;
    std::ranges::transform(distances, std::back_inserter(nearness),
                           [](double distance) { return 1.0 / (1.0 + std::max(distance, 0.0)); });
    min_max_scale(nearness, 1);
    Contexts wider{.services = contexts.services, .values = {}, .width = contexts.width + 1};
    for (std::size_t i = 0; i < contexts.rows(); ++i) {
        const auto row = contexts.row(i);
        wider.values.insert(wider.values.end(), row.begin(), row.end());
        wider.values.push_back(nearness[i]);
    }
    return wider;
}

void min_max_scale(std::span<double> values, std::size_t width) {
    sim::expects(width > 0 && values.size() % width == 0, "whole rows");
    for (std::size_t column = 0; column < width; ++column) {
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        for (std::size_t i = column; i < values.size(); i += width) {
            low = std::min(low, values[i]);
            high = std::max(high, values[i]);
        }
        for (std::size_t i = column; i < values.size(); i += width) {
            values[i] = high > low ? (values[i] - low) / (high - low) : 0.0;
        }
    }
}

}  // namespace mlaasim::composition
