// The kinds of distances between predictions, each in the file of its name.
#include <array>

#include "tta/prediction_distance/prediction_distance.hpp"

namespace mlaasim::tta {

sim::Kind<PredictionDistance> total_variation_distance();
sim::Kind<PredictionDistance> wasserstein_distance();

std::span<const sim::Kind<PredictionDistance>> prediction_distance_kinds() {
    static const std::array kinds{
        total_variation_distance(),
        wasserstein_distance(),
    };
    return kinds;
}

}  // namespace mlaasim::tta
