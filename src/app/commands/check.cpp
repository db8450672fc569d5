// `mlaasim check`: what a run would refuse or warn of, without running. Warnings go to standard error, the verdict to
// standard output; with --json all of it to standard output.
#include <fmt/core.h>

#include <boost/program_options.hpp>

#include "app/commands/scenario_arguments.hpp"
#include "app/verdict_json.hpp"
#include "run/memory_needs.hpp"
#include "run/notices.hpp"
#include "run/scenario.hpp"
#include "run/scenario_warnings.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/data/cache.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim check SCENARIO.yaml [--json] [--set key.path=value ...] [--data DIR]";

boost::program_options::options_description check_options() {
    auto options = scenario_options();
    options.add_options()("json", "print one JSON object with all errors and warnings: docs/command-line.md");
    return options;
}

/// Throws InputError for what a run would refuse; returns its warnings.
std::vector<sim::Problem> warnings_of(const ScenarioArguments& given) {
    const sim::OptionsDocument document{run::read_scenario_text(given.file()), given.file(), given.overrides()};
    const run::Scenario scenario = run::read_scenario(document, run::data_places(given.file(), given.data_folder()));
    std::vector<sim::Problem> warnings = run::scenario_warnings(scenario, document);
    run::check_memory(scenario, sim::chosen_source(scenario.data, given.data_folder()), document);
    return warnings;
}

int check_for_programs(const ScenarioArguments& given) {
    try {
        fmt::print("{}", verdict_json(given.file(), {}, warnings_of(given)));
        return static_cast<int>(sim::ExitCode::success);
    } catch (const sim::InputError& error) {
        fmt::print("{}", verdict_json(given.file(), error.problems(), {}));
        return static_cast<int>(sim::ExitCode::input);
    }
}

int check(const Arguments& arguments) {
    const ScenarioArguments given{arguments, check_options(), usage};
    if (given.has("json")) {
        return check_for_programs(given);
    }
    const std::vector<sim::Problem> warnings = warnings_of(given);
    run::print_warnings(warnings);
    fmt::print("{}: ok{}\n", sim::escaped(given.file()),
               warnings.empty() ? "" : ", " + sim::counted(static_cast<std::int64_t>(warnings.size()), "warning"));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand check_subcommand() {
    return {.word = "check",
            .usage = usage,
            .forms = {{.operands = {Operand::scenario_file}, .purpose = "validate only", .options = check_options()}},
            .carry_out = OnRankZero{check}};
}

}  // namespace mlaasim::app
