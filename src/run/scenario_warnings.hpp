// Warnings: what a scenario asks for is possible, but probably a mistake.
#pragma once

#include <vector>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// One problem for each thing in the scenario that will have no effect, located in the document. A new warning is a new
/// function in the list of the .cpp file.
[[nodiscard]] std::vector<sim::Problem> scenario_warnings(const Scenario& scenario,
                                                          const sim::OptionsDocument& document);

}  // namespace mlaasim::run
