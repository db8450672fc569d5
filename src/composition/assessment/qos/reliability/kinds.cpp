// The kinds of reliabilities, each in the file of its name.
#include <array>

#include "composition/assessment/qos/reliability/reliability_score.hpp"

namespace mlaasim::composition {

sim::Kind<ReliabilityScore> geometric_mean_reliability();
sim::Kind<ReliabilityScore> product_reliability();

std::span<const sim::Kind<ReliabilityScore>> reliability_score_kinds() {
    static const std::array kinds{
        geometric_mean_reliability(),
        product_reliability(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
