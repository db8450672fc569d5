#include <cmath>

#include "tta/prediction_distance/prediction_distance.hpp"

namespace mlaasim::tta {
namespace {

/// 1/2 sum_k |p_k - q_k|.
struct TotalVariation final : PredictionDistance {
    [[nodiscard]] double between(std::span<const float> p, std::span<const float> q) const override {
        double sum = 0;
        for (std::size_t k = 0; k < p.size(); ++k) {
            sum += std::abs(static_cast<double>(p[k]) - static_cast<double>(q[k])) / 2;
        }
        return sum;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, TotalVariation& /*options*/) {}

}  // namespace

sim::Kind<PredictionDistance> total_variation_distance() {
    return sim::Kind<PredictionDistance>::of<TotalVariation>("total_variation",
                                                             "half the sum of absolute differences, per sample");
}

}  // namespace mlaasim::tta
