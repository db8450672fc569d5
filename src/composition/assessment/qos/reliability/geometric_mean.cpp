#include <cmath>

#include "composition/assessment/qos/reliability/reliability_score.hpp"

namespace mlaasim::composition {
namespace {

/// (prod R)^(1/n): compositions of n and n - 1 members are comparable.
struct GeometricMean final : ReliabilityScore {
    [[nodiscard]] double score(const MemberSums& members) const override {
        return std::exp(members.log_reliability / members.count);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, GeometricMean& /*leaf*/) {}

}  // namespace

sim::Kind<ReliabilityScore> geometric_mean_reliability() {
    return sim::Kind<ReliabilityScore>::of<GeometricMean>(
        "geometric_mean", "(product of the reliabilities)^(1/n): comparable between n and n - 1 members");
}

}  // namespace mlaasim::composition
