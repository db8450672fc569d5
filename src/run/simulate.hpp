// The loop over rounds around the coordinator, on every rank.
#pragma once

#include "run/observer.hpp"
#include "run/setup.hpp"
#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {

/// Plays the scenario to its end, or to a signal. Returns the exit code, the same on every rank. Collective; rank 0
/// makes an observer.
[[nodiscard]] int simulate(const RunRequest& request, const sim::Communicator& communicator,
                           const MakeObserver& make_observer);

}  // namespace mlaasim::run
