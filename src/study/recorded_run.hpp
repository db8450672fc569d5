// A run as its trace tells of it: what played it, and with which options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "sim/storage/stored_values.hpp"
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

/// Who trained, in tables that have the columns round, role, bytes and energy_j alike: the rows of `services`, and the
/// sums of those that it leaves out. Throws InputError unless the file is a trace.
[[nodiscard]] std::vector<sim::StoredValues> tables_of_trainings(const std::filesystem::path& file);
/// Whether `services` leaves out rows.
[[nodiscard]] bool omits_services(const std::filesystem::path& file);

}  // namespace mlaasim::study
