// Exit codes of single subcommands, beside those of all in sim::ExitCode.
#pragma once

namespace mlaasim::app {

/// Of `diff`: the two runs are not the same. Not 1, as of diff(1), because that is a bug of the program.
inline constexpr int runs_differ = 4;

}  // namespace mlaasim::app
