#include "composition/nearest_measured.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

/// The factor that makes shares of the counts.
double scale_of(std::span<const double> counts) {
    const double sum = std::accumulate(counts.begin(), counts.end(), 0.0);
    return sum > 0.0 ? 1.0 / sum : 0.0;
}

}  // namespace

NearestMeasured::NearestMeasured(const Marketplace& market, const std::vector<MeasuredService>& measured)
    : market_{market}, shares_(market.classes() * measured.size()), distance_(measured.size()) {
    sim::expects(!measured.empty(), "some service was measured");
    for (std::size_t m = 0; m < measured.size(); ++m) {
        const auto& [service, effectiveness] = measured[m];
        effectiveness_.push_back(effectiveness);
        volume_.push_back(static_cast<float>(market.volume(service)));
        const auto counts = market.class_histogram(service);
        const double scale = scale_of(counts);
        for (std::size_t c = 0; c < counts.size(); ++c) {
            shares_[c * measured.size() + m] = static_cast<float>(scale * counts[c]);
        }
    }
}

double NearestMeasured::effectiveness(sim::ServiceId a) {
    const std::size_t measured = distance_.size();
    const auto volume = static_cast<float>(market_.volume(a));
    for (std::size_t m = 0; m < measured; ++m) {
        distance_[m] = std::abs(volume - volume_[m]) / std::max({volume, volume_[m], 1.0F});
    }
    const auto counts = market_.class_histogram(a);
    const double scale = scale_of(counts);
    for (std::size_t c = 0; c < counts.size(); ++c) {
        const auto share = static_cast<float>(scale * counts[c]);
        const auto shares = std::span{shares_}.subspan(c * measured, measured);
        for (std::size_t m = 0; m < measured; ++m) {
            distance_[m] += 0.5F * std::abs(share - shares[m]);
        }
    }
    return effectiveness_[static_cast<std::size_t>(std::ranges::min_element(distance_) - distance_.begin())];
}

}  // namespace mlaasim::composition
