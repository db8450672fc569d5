// A run as its trace tells of it: what played it, and with which options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "sim/trace/trace.hpp"

namespace mlaasim::study {

/// The options of a resolved scenario: dotted path and value, "drift.0.magnitude" and "45". A list of plain
/// values is one value: "[2, 7, 11]".
using OptionValues = std::map<std::string, std::string>;

/// The options of a scenario's YAML; `source` is named in errors. Throws InputError for text that is no YAML.
[[nodiscard]] OptionValues option_values(const std::string& yaml, const std::string& source);

struct RecordedRun {
    std::filesystem::path file;
    sim::TraceHeader header;
    OptionValues options;
    std::uint32_t last_round = 0;  ///< the last round in `rounds`; 0 when none is committed yet
};

/// Throws InputError unless the file is a trace.
[[nodiscard]] RecordedRun read_run(const std::filesystem::path& file);

}  // namespace mlaasim::study
