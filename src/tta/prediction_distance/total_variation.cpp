#include "tta/total_variation.hpp"

#include "tta/prediction_distance/prediction_distance.hpp"

namespace mlaasim::tta {
namespace {

struct TotalVariation final : PredictionDistance {
    [[nodiscard]] double between(std::span<const float> p, std::span<const float> q) const override {
        return total_variation(p, q);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, TotalVariation& /*options*/) {}

}  // namespace

sim::Kind<PredictionDistance> total_variation_distance() {
    return sim::Kind<PredictionDistance>::of<TotalVariation>("total_variation",
                                                             "half the sum of absolute differences, per sample");
}

}  // namespace mlaasim::tta
