// `mlaasim check`: what a run would refuse or warn of, without running. Warnings go to standard error, the verdict to
// standard output.
#include <fmt/core.h>

#include "app/commands/scenario_arguments.hpp"
#include "run/memory_needs.hpp"
#include "run/notices.hpp"
#include "run/scenario.hpp"
#include "run/scenario_warnings.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/printable.hpp"
#include "sim/data/cache.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim check SCENARIO.yaml [--set key.path=value ...] [--data DIR]";

int check(const Arguments& arguments) {
    const ScenarioArguments given{arguments, scenario_options(), usage};
    const sim::OptionsDocument document{run::read_scenario_text(given.file()), given.file(), given.overrides()};
    const run::Scenario scenario = run::read_scenario(document, run::data_places(given.file(), given.data_folder()));
    const std::vector<sim::Problem> warnings = run::scenario_warnings(scenario, document);
    run::check_memory(scenario, sim::chosen_source(scenario.data, given.data_folder()), document);
    run::print_warnings(warnings);
    fmt::print("{}: ok{}\n", sim::escaped(given.file()),
               warnings.empty() ? "" : ", " + sim::counted(static_cast<std::int64_t>(warnings.size()), "warning"));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand check_subcommand() {
    return {
        .word = "check",
        .usage = usage,
        .forms = {{.operands = {Operand::scenario_file}, .purpose = "validate only", .options = scenario_options()}},
        .carry_out = OnRankZero{check}};
}

}  // namespace mlaasim::app
