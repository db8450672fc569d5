// What a service may advertise that was not trained: what the measured service with the most similar data achieved.
#pragma once

#include <vector>

#include "composition/marketplace.hpp"

namespace mlaasim::composition {

/// A service whose effectiveness was measured.
struct MeasuredService {
    sim::ServiceId service;
    double effectiveness = 0.0;
};

class NearestMeasured {
public:
    /// At least one service was measured. The marketplace outlives this.
    NearestMeasured(const Marketplace& market, const std::vector<MeasuredService>& measured);

    /// E_f of the measured service b with the smallest distance to a: half the sum over the classes of
    /// |share_a - share_b|, which compares the label histograms, plus |n_a - n_b| / max(n_a, n_b), which compares the
    /// volumes. Both are in [0, 1]. Of equals the first counts.
    [[nodiscard]] double effectiveness(sim::ServiceId a);

private:
    const Marketplace& market_;
    std::vector<double> effectiveness_;
    std::vector<float> volume_;
    std::vector<float> shares_;    ///< classes x measured services
    std::vector<float> distance_;  ///< scratch
};

}  // namespace mlaasim::composition
