// The command line: finds the subcommand that the first word names, and has it carried out.
#pragma once

namespace mlaasim::app {

/// Runs the program; returns its exit code. The first element is the program's name.
[[nodiscard]] int execute(int argc, char** argv);

}  // namespace mlaasim::app
