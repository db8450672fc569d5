// The dotted paths of all options of a scenario.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::run {

/// "name", "seed", ..., "training.learning_rate", "drift.0.kind", ..., in the order of their declaration.
[[nodiscard]] std::vector<std::string> scenario_paths();

}  // namespace mlaasim::run
