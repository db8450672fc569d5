// `--set key.path=value`: later sources of options, which change the tree of the first.
#pragma once

#include <string>
#include <string_view>

#include "sim/scenario_text/tree.hpp"

namespace mlaasim::sim {

/// Sets the value of "key.path=value" in the tree; makes missing parents; a list grows by one element at most. Throws
/// InputError whose file is "--set key.path=value".
void apply_override(OptionsNode& root, std::string_view override_text, std::size_t number);

/// Puts a value at a dotted path, as an override does. The value's place becomes that of everything that is made for
/// it; its source counts as later than those of the tree. `origin` names it in messages: a file, or an override.
void put_value(OptionsNode& root, std::string_view path, OptionsNode value, const std::string& origin);

/// The name of an override in messages.
[[nodiscard]] std::string override_name(std::string_view override_text);

}  // namespace mlaasim::sim
