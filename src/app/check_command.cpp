#include "app/check_command.hpp"

#include <fmt/core.h>

#include "app/memory_needs.hpp"
#include "app/notices.hpp"
#include "app/scenario.hpp"
#include "app/scenario_warnings.hpp"
#include "sim/counted.hpp"
#include "sim/data/cache.hpp"
#include "sim/printable.hpp"

namespace mlaasim::app {

void check_scenario_file(const std::string& file, const std::vector<std::string>& overrides,
                         const std::string& data_folder) {
    const sim::OptionsDocument document{read_scenario_text(file), file, overrides};
    const Scenario scenario = read_scenario(document);
    const std::vector<sim::Problem> warnings = scenario_warnings(scenario, document);
    check_memory(scenario, sim::chosen_source(scenario.data, data_folder), document);
    print_warnings(warnings);
    fmt::print("{}: ok{}\n", sim::escaped(file),
               warnings.empty() ? "" : ", " + sim::counted(static_cast<std::int64_t>(warnings.size()), "warning"));
}

}  // namespace mlaasim::app
