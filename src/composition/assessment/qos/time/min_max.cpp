#include "composition/assessment/qos/time/time_score.hpp"

namespace mlaasim::composition {
namespace {

/// 1 - (slowest - t_min) / (t_max - t_min), with the extremes of the whole composition; 1 when they are equal.
struct MinMax final : TimeScore {
    [[nodiscard]] double score(const MemberSums& members, const MemberSums& whole) const override {
        if (whole.slowest_ms == whole.fastest_ms) {
            return 1;
        }
        return 1 - (members.slowest_ms - whole.fastest_ms) / (whole.slowest_ms - whole.fastest_ms);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, MinMax& /*leaf*/) {}

}  // namespace

sim::Kind<TimeScore> min_max_time() {
    return sim::Kind<TimeScore>::of<MinMax>(
        "min_max", "1 - (slowest - t_min) / (t_max - t_min): removing the slowest member always counts in full");
}

}  // namespace mlaasim::composition
