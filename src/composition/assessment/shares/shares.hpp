// From distances of updates to each member's share of the functional contribution (adaptive composition, eq. 5-6).
#pragma once

#include <span>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a form of eq. 6, and the shares that follow from them.
struct FunctionalShares {
    virtual ~FunctionalShares() = default;
    /// f of every member, sum 1. `distances`: of each member's update to the composition's, >= 0. A distance that is
    /// not finite (a diverged member) gets 0, unless all are such.
    [[nodiscard]] virtual std::vector<double> of(std::span<const double> distances) const = 0;
};

/// 1/n for each of n members.
[[nodiscard]] std::vector<double> equal_shares(std::size_t members);

/// The forms of eq. 6; the first is the default.
[[nodiscard]] std::span<const sim::Kind<FunctionalShares>> functional_share_kinds();

}  // namespace mlaasim::composition
