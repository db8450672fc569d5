#include <cmath>

#include "tta/prediction_distance/prediction_distance.hpp"

namespace mlaasim::tta {
namespace {

/// W1 over the class numbers (test-time, eq. 10): the sum of the absolute differences of the cumulated probabilities.
struct Wasserstein final : PredictionDistance {
    [[nodiscard]] double between(std::span<const float> p, std::span<const float> q) const override {
        double sum = 0;
        double cumulated = 0;
        for (std::size_t k = 0; k < p.size(); ++k) {
            cumulated += static_cast<double>(p[k]) - static_cast<double>(q[k]);
            sum += std::abs(cumulated);
        }
        return sum;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Wasserstein& /*options*/) {}

}  // namespace

sim::Kind<PredictionDistance> wasserstein_distance() {
    return sim::Kind<PredictionDistance>::of<Wasserstein>(
        "wasserstein", "W1 over the class numbers (eq. 10); depends on how the classes are numbered");
}

}  // namespace mlaasim::tta
