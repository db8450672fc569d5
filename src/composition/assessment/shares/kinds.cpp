// The kinds of functional shares, each in the file of its name.
#include <array>

#include "composition/assessment/shares/shares.hpp"

namespace mlaasim::composition {

sim::Kind<FunctionalShares> inverse_distance_shares();
sim::Kind<FunctionalShares> literal_shares();

std::span<const sim::Kind<FunctionalShares>> functional_share_kinds() {
    static const std::array kinds{
        inverse_distance_shares(),
        literal_shares(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
