// Below which score a member of a composition underperforms.
#pragma once

#include <cstddef>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The options of a kind of threshold, and the threshold that follows from them.
struct Threshold {
    virtual ~Threshold() = default;
    /// On the scale of the score. `members`: how many are assessed, at least one.
    [[nodiscard]] virtual double of(std::size_t members) const = 0;
};

/// The kinds of thresholds; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Threshold>> threshold_kinds();

}  // namespace mlaasim::composition
