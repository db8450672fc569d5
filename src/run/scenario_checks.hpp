// Rules that span several options of a scenario: what a run would refuse, found before there is data.
#pragma once

#include <string>
#include <vector>

#include "fl/model.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

/// Whether services that underperform are to be replaced, or adapted at test time.
[[nodiscard]] bool substitutes(const Scenario& scenario);
[[nodiscard]] bool adapts_at_test_time(const Scenario& scenario);

/// Gives findings that have no file yet the place of their option in the document.
[[nodiscard]] sim::InputError located(const sim::InputError& error, const sim::OptionsDocument& document);

/// Every rule that can be checked without data files.
void check_scenario(const Scenario& scenario, const sim::OptionsDocument& document,
                    std::vector<sim::Problem>& problems);

/// What follows throws InputError with paths from the scenario's root.

/// The model of the scenario.
[[nodiscard]] fl::Model model_of(const Scenario& scenario, const sim::SampleShape& shape, std::uint32_t classes);
/// The members' updates fit into evaluation.update_memory_mib.
void check_update_memory(const Scenario& scenario, const fl::Model& model);
/// `samples` of all clients' streams together are enough for the technique. To be asked of models that it can adapt.
void check_adaptation_samples(const Scenario& scenario, std::int64_t samples);

}  // namespace mlaasim::run
