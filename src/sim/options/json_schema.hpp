// JSON Schema of declared options.
#pragma once

#include <string>
#include <string_view>

#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// JSON Schema (draft 2020-12) of the options, for editors that complete and check YAML. Visits a default element of
/// each list, so `declare` is to be bound to a copy of the defaults.
[[nodiscard]] std::string to_json_schema(const DeclareOptions& declare, std::string_view title);

}  // namespace mlaasim::sim
