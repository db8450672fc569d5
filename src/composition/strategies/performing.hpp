// The part of a composition that does not underperform: what adapted services and substitutes are compared with.
#pragma once

#include <vector>

#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// The trained members that do not underperform. Empty when there is nothing to do: when nobody underperforms, or when
/// all do and nothing is left to compare with, which is logged.
[[nodiscard]] std::vector<sim::ServiceId> performing_members(const Situation& situation, RoundLog& log);

}  // namespace mlaasim::composition
