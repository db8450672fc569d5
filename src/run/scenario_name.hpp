// A scenario's name becomes a folder, and is printed.
#pragma once

#include <vector>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// The name can be a folder's, with room for a suffix, and holds no control characters.
void check_name(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems);

}  // namespace mlaasim::run
