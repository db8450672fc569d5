// `mlaasim sweep --dry-run`: the points of a study with what they would take.
#pragma once

#include "app/sweep.hpp"

namespace mlaasim::app {

/// Prints a line a point: predicted seconds and memory, from rates that are measured here, about a second for each kind
/// of model. Returns the exit code.
[[nodiscard]] int list_points(const SweepRequest& request);

}  // namespace mlaasim::app
