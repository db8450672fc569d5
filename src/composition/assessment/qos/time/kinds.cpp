// The kinds of time scores, each in the file of its name.
#include <array>

#include "composition/assessment/qos/time/time_score.hpp"

namespace mlaasim::composition {

sim::Kind<TimeScore> ratio_time();
sim::Kind<TimeScore> min_max_time();

std::span<const sim::Kind<TimeScore>> time_score_kinds() {
    static const std::array kinds{
        ratio_time(),
        min_max_time(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
