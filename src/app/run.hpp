// `mlaasim run`: the loop over rounds around the coordinator, on every rank.
#pragma once

#include "app/setup.hpp"
#include "sim/communicator.hpp"

namespace mlaasim::app {

/// Plays the scenario to its end, or to a signal. Returns the exit code, the same on every rank. Collective.
[[nodiscard]] int run(const RunRequest& request, const sim::Communicator& communicator);

}  // namespace mlaasim::app
