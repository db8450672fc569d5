#include <algorithm>

#include "composition/assessment/shares/shares.hpp"

namespace mlaasim::composition {
namespace {

/// Eq. 6 as printed: g S = 1 for every member.
struct LiteralShares final : FunctionalShares {
    [[nodiscard]] std::vector<double> of(std::span<const double> distances) const override {
        return equal_shares(distances.size());
    }
};

void declare(sim::OptionVisitor& /*visitor*/, LiteralShares& /*leaf*/) {}

}  // namespace

std::vector<double> equal_shares(std::size_t members) {
    std::vector<double> shares(members);
    std::fill(shares.begin(), shares.end(), 1.0 / static_cast<double>(members));
    return shares;
}

sim::Kind<FunctionalShares> literal_shares() {
    return sim::Kind<FunctionalShares>::of<LiteralShares>("literal", "eq. 6 as printed: every f is 1/n");
}

}  // namespace mlaasim::composition
