// The command line: subcommands, their options, their help.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "run/setup.hpp"

namespace mlaasim::app {

/// Runs the program; returns its exit code. The first element is the program's name.
[[nodiscard]] int execute(int argc, char** argv);

}  // namespace mlaasim::app
