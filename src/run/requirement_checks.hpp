// Whether the services of a scenario can meet what its clients require, by the cost model.
#pragma once

#include <vector>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// What the services of a scenario offer, as far as the scenario alone tells: without data no volume, no effectiveness.
/// Response times are 0 where the model can't be built yet.
[[nodiscard]] composition::Marketplace advertised_market(const Scenario& scenario);

/// Adds a problem for each requirement that no service of the marketplace meets, and so no composition, and for clients
/// that there are not.
void check_requirements(const Scenario& scenario, const sim::OptionsDocument& document,
                        std::vector<sim::Problem>& problems);

/// One problem for each requirement that no two services together meet, and for each other one that the composition at
/// the start does not meet.
[[nodiscard]] std::vector<sim::Problem> requirements_in_doubt(const Scenario& scenario);

}  // namespace mlaasim::run
