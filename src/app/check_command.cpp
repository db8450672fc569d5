#include "app/check_command.hpp"

#include <fmt/core.h>

#include "run/memory_needs.hpp"
#include "run/notices.hpp"
#include "run/scenario.hpp"
#include "run/scenario_warnings.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/printable.hpp"
#include "sim/data/cache.hpp"

namespace mlaasim::app {

void check_scenario_file(const std::string& file, const std::vector<std::string>& overrides,
                         const std::string& data_folder) {
    const sim::OptionsDocument document{run::read_scenario_text(file), file, overrides};
    const run::Scenario scenario = run::read_scenario(document);
    const std::vector<sim::Problem> warnings = run::scenario_warnings(scenario, document);
    run::check_memory(scenario, sim::chosen_source(scenario.data, data_folder), document);
    run::print_warnings(warnings);
    fmt::print("{}: ok{}\n", sim::escaped(file),
               warnings.empty() ? "" : ", " + sim::counted(static_cast<std::int64_t>(warnings.size()), "warning"));
}

}  // namespace mlaasim::app
