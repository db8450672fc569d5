#include "study/recorded_run.hpp"

#include <algorithm>

#include "sim/scenario_text/parse.hpp"
#include "sim/storage/stored_values.hpp"
#include "sim/storage/trace_file.hpp"
#include "study/damage.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

RecordedRun read_trace(const fs::path& file) {
    RecordedRun run{.file = file, .header = sim::read_header(file), .options = {}};
    run.options = option_values(sim::parse_options({.text = run.header.scenario_yaml, .file = file.string()}));
    const std::vector<double> rounds = sim::read_values(file, "rounds").numbers("round");
    run.last_round = rounds.empty() ? 0 : static_cast<std::uint32_t>(rounds.back());
    return run;
}

}  // namespace

RecordedRun read_run(const fs::path& file) {
    return reading(file, [&] { return read_trace(file); });
}

bool omits_services(const fs::path& file) {
    return std::ranges::any_of(sim::tables_of(file), [](const sim::StoredTable& table) {
        return table.name == sim::OmittedRecord::table().name && table.rows > 0;
    });
}

std::vector<sim::StoredValues> tables_of_trainings(const fs::path& file) {
    std::vector<sim::StoredValues> tables{sim::read_values(file, "services")};
    if (omits_services(file)) {
        tables.push_back(sim::read_values(file, "omitted"));
    }
    return tables;
}

}  // namespace mlaasim::study
