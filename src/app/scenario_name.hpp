// A scenario's name becomes a folder, and is printed.
#pragma once

#include <vector>

#include "app/scenario.hpp"
#include "sim/error.hpp"

namespace mlaasim::app {

/// The name can be a folder's, with room for a suffix, and holds nothing that a terminal would obey.
void check_name(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems);

}  // namespace mlaasim::app
