// What the chosen kinds need of a scenario, compared with what it has.
#pragma once

#include <vector>

#include "fl/model.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// Adds a problem for each need of a chosen kind that the scenario does not meet. The problem names both sides and the
/// words of kinds that would fit.
void check_needs(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems);

/// Whether the data are what the architecture needs. Only then can its model be built.
[[nodiscard]] bool architecture_fits(const Scenario& scenario);

/// Whether the scenario's technique can adapt this model, which is that of the scenario, on samples that it may use.
[[nodiscard]] bool can_adapt(const Scenario& scenario, const fl::Model& model);

}  // namespace mlaasim::run
