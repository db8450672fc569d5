// YAML text to a tree.
#pragma once

#include <string>
#include <string_view>

#include "sim/scenario_text/text_check.hpp"
#include "sim/scenario_text/tree.hpp"

namespace mlaasim::sim {

/// Parses one YAML document (an empty one is null). Aliases are resolved by copying. Throws InputError with what can't
/// be part of a scenario: syntax errors, duplicate keys, merge keys, keys that are not words, tags, cycles, a second
/// document, more than 64 levels.
[[nodiscard]] OptionsNode parse_options(const OptionsSource& source);

}  // namespace mlaasim::sim
