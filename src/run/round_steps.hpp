// The steps of which the parts of a round consist: what the coordinator orders, and what `mlaasim plan` predicts.
#pragma once

#include <vector>

#include "run/steps/step.hpp"

namespace mlaasim::run {

/// Where members and candidates of this scenario start their local training.
[[nodiscard]] StartFrom training_start(const Scenario& scenario);

/// The local training of a round's members that can be reached.
[[nodiscard]] TrainStep training_of(const Scenario& scenario, sim::Round round, std::vector<sim::ServiceId> members);

/// Round 0: services train once, so that they can advertise: all of them, or a sample.
[[nodiscard]] TrainStep advertising_of(const World& world);
/// A round without assessment. `members`: all of them, as if none had an outage.
[[nodiscard]] std::vector<Step> steps_of_round(const World& world, const std::vector<sim::ServiceId>& members);
/// What follows every round: times are collected, and all ranks agree whether to go on.
[[nodiscard]] std::vector<Step> steps_after_round();
/// What an assessment adds to a round; the response, which depends on what is found, comes on top.
[[nodiscard]] std::vector<Step> steps_of_assessment(const World& world, const std::vector<sim::ServiceId>& members);

}  // namespace mlaasim::run
