// Where the program's output goes.
#pragma once

namespace mlaasim::app {

/// True when the run's output goes to a terminal, seen through mpirun.
[[nodiscard]] bool on_terminal();
/// True when colours are wanted: a terminal, and NO_COLOR is not set (no-color.org).
[[nodiscard]] bool wants_colour();

}  // namespace mlaasim::app
