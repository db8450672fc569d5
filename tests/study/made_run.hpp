// Traces made by hand.
#pragma once

#include <string>

#include "sim/storage/trace_file.hpp"
#include "support/program.hpp"

namespace mlaasim::study::testing {

/// What a trace made by hand holds.
struct MadeRun {
    std::string scenario = "name: made\nseed: 1\n";
    std::string data = "synthetic_digits SHA-256 abc";
    std::string program_version = "1";
    sim::RowBuffer rows{};
    sim::Checkpoint checkpoint{.round = sim::Round{2}};
};

/// Writes it to FOLDER/trace.h5; returns that path.
inline std::filesystem::path write(const MadeRun& made, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    sim::TraceFile trace = sim::TraceFile::create(
        folder, {.program_version = made.program_version, .scenario_yaml = made.scenario, .data = made.data});
    trace.commit(made.rows, made.checkpoint);
    return folder / "trace.h5";
}

}  // namespace mlaasim::study::testing
