#include "composition/assessment/qos/time/time_score.hpp"

namespace mlaasim::composition {
namespace {

/// Time of the fastest member of the whole composition / time of the slowest member; 1 when all are equally fast.
struct Ratio final : TimeScore {
    [[nodiscard]] double score(const MemberSums& members, const MemberSums& whole) const override {
        return whole.slowest_ms == whole.fastest_ms ? 1 : whole.fastest_ms / members.slowest_ms;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Ratio& /*leaf*/) {}

}  // namespace

sim::Kind<TimeScore> ratio_time() {
    return sim::Kind<TimeScore>::of<Ratio>("ratio", "time of the fastest member / time of the slowest");
}

}  // namespace mlaasim::composition
