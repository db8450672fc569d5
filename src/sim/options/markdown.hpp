// The reference page of declared options.
#pragma once

#include <string>
#include <string_view>

#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// Markdown reference: one table a section: key, type, default, allowed, what it does. Visits a default element of each
/// list, so `declare` is to be bound to a copy of the defaults.
[[nodiscard]] std::string to_markdown(const DeclareOptions& declare, std::string_view title);

}  // namespace mlaasim::sim
