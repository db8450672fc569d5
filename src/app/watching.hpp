// Following a run or a study from another terminal, while it goes on.
#pragma once

#include <chrono>
#include <filesystem>

namespace mlaasim::app {

struct Watching {
    std::chrono::milliseconds pause{1000};  ///< between two looks
    bool once = false;                      ///< tells what there is, and ends
};

/// Prints a row for each round that the run has committed and commits; ends when the run has ended, and says how. It
/// reads the trace as anyone may who does not disturb the run (docs/trace.md). Throws InputError when the folder has
/// neither a trace nor a run.
void watch_run(const std::filesystem::path& folder, const Watching& watching);

/// Prints a line for each point whose state changes; ends when no point is left to be played, or nobody plays.
void watch_study(const std::filesystem::path& folder, const Watching& watching);

}  // namespace mlaasim::app
