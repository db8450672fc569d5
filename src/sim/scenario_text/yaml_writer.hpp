// Writes declared options as YAML.
#pragma once

#include <string>

#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// The options as YAML, every default written out, in declaration order; reading it back gives the same values
/// (floating-point numbers in the shortest form that round-trips).
[[nodiscard]] std::string to_yaml(const DeclareOptions& declare);

}  // namespace mlaasim::sim
