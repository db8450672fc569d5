// A run as its trace tells of it: what played it, and with which options.
#pragma once

#include <cstdint>
#include <filesystem>

#include "sim/trace/trace.hpp"
#include "study/option_values.hpp"

namespace mlaasim::study {

struct RecordedRun {
    std::filesystem::path file;
    sim::TraceHeader header;
    OptionValues options;          ///< of the resolved scenario
    std::uint32_t last_round = 0;  ///< the last round in `rounds`; 0 when none is committed yet
};

/// Throws InputError unless the file is a trace.
[[nodiscard]] RecordedRun read_run(const std::filesystem::path& file);

}  // namespace mlaasim::study
