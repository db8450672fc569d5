// The reduction that a study file names `quick`.
#pragma once

#include <cstddef>
#include <string>

#include "sim/scenario_text/tree.hpp"

namespace mlaasim::study {

/// Puts the section `quick` of a study's tree over the rest: sections are merged key by key, and anything else is
/// replaced. A key of the scenario may be a dotted path. What it gives gets `source`, whose name in messages is `file`.
/// Throws InputError when the study has no such section, or when it can't be put over the rest.
void apply_quick(sim::OptionsNode& study, std::size_t source, const std::string& file);

/// Gives a value and all in it a source; lines stay.
void set_source(sim::OptionsNode& value, std::size_t source);

}  // namespace mlaasim::study
