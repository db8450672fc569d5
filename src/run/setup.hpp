// From command line and scenario to a world that every rank agrees on, or one clear error before any work.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/agreement.hpp"
#include "run/scenario.hpp"
#include "run/world.hpp"
#include "sim/parallel/communicator.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::run {

/// What `run` was asked to do.
struct RunRequest {
    std::string scenario_file;
    std::vector<std::string> overrides;
    bool resume = false;
    bool force = false;            ///< resume even where program, libraries or instruction set differ from the trace's
    sim::DataPlaces places;        ///< where relative paths of the scenario begin
    std::filesystem::path output;  ///< --output, else results/NAME
    std::optional<std::chrono::seconds> max_time{};   ///< from `started` on; the run ends within it
    std::chrono::steady_clock::time_point started;    ///< when main began
    std::chrono::steady_clock::duration mpi_start{};  ///< of it, in MPI_Init
};

/// Scenario, data and world of a run, the same on every rank.
struct Setup {
    Scenario scenario;
    std::unique_ptr<World> world;
    sim::TraceHeader header;
};

/// Makes the fused kernels run on MLAASIM_INSTRUCTION_SET, if that is set. Throws InputError when they can't.
void apply_instruction_set();

/// The scenario file is rank 0's, and so is the data folder. Collective. Throws SetupFailed.
[[nodiscard]] Setup set_up(const RunRequest& request, const sim::Communicator& communicator);

}  // namespace mlaasim::run
