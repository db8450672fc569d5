// How fast this machine does the work of a scenario.
#pragma once

#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::app {

/// Seconds that one rank takes for each unit of a step's predicted cost.
struct Rates {
    double seconds_per_training_cost = 0.0;
    double seconds_per_prediction = 0.0;
    double seconds_per_mean = 0.0;
};

/// Trains some of the members and evaluates some of the clients, for about a second.
[[nodiscard]] Rates measure_rates(const run::World& world, run::Worker& worker,
                                  const std::vector<sim::ServiceId>& members);

/// What a rank computes of a step, without communication.
[[nodiscard]] double seconds_of(const run::StepCost& cost, const Rates& rates);

}  // namespace mlaasim::app
