// Runs a subcommand on every rank that a launcher started, or on this process alone.
#pragma once

#include <chrono>
#include <functional>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::app {

/// What a subcommand is started with.
struct Launch {
    sim::Communicator communicator;
    std::chrono::steady_clock::time_point started;    ///< when main began
    std::chrono::steady_clock::duration mpi_start{};  ///< of it, in MPI_Init
};

/// Runs `command` and returns the exit code, the same on every rank. What `command` throws is printed and becomes an
/// exit code; under a launcher it ends all ranks. There every subcommand starts MPI, and all ranks first compare how
/// they were started: see expect_same_start().
int launch(int argc, char** argv, const std::function<int(const Launch&)>& command);

}  // namespace mlaasim::app
