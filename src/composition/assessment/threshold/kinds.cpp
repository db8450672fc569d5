// The kinds of thresholds, each in the file of its name.
#include <array>

#include "composition/assessment/threshold/threshold.hpp"

namespace mlaasim::composition {

sim::Kind<Threshold> relative_threshold();
sim::Kind<Threshold> literal_threshold();

std::span<const sim::Kind<Threshold>> threshold_kinds() {
    static const std::array kinds{
        relative_threshold(),
        literal_threshold(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
