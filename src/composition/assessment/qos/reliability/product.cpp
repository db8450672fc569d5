#include <cmath>

#include "composition/assessment/qos/reliability/reliability_score.hpp"

namespace mlaasim::composition {
namespace {

/// prod R: all members must deliver.
struct Product final : ReliabilityScore {
    [[nodiscard]] double score(const MemberSums& members) const override { return std::exp(members.log_reliability); }
};

void declare(sim::OptionVisitor& /*visitor*/, Product& /*leaf*/) {}

}  // namespace

sim::Kind<ReliabilityScore> product_reliability() {
    return sim::Kind<ReliabilityScore>::of<Product>(
        "product", "product of the reliabilities: all must deliver; every removal improves it");
}

}  // namespace mlaasim::composition
