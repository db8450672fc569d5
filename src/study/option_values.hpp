// The options of a scenario, flat: to compare scenarios option by option.
#pragma once

#include <map>
#include <string>

#include "sim/scenario_text/tree.hpp"

namespace mlaasim::study {

/// Dotted path and value, in the form of `text_of`: "drift.0.magnitude" and "45". A list of plain values is one value:
/// "[2, 7, 11]".
using OptionValues = std::map<std::string, std::string>;

[[nodiscard]] OptionValues option_values(const sim::OptionsNode& scenario);

}  // namespace mlaasim::study
