// `mlaasim check`: what a run would refuse or warn of, without running. Warnings go to standard error, the verdict to
// standard output; with --json all of it to standard output.
#include <fmt/core.h>

#include <boost/program_options.hpp>

#include "app/commands/scenario_arguments.hpp"
#include "app/scenario_reader.hpp"
#include "app/verdict_json.hpp"
#include "run/memory_needs.hpp"
#include "run/notices.hpp"
#include "run/scenario.hpp"
#include "run/scenario_warnings.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/data/cache.hpp"
#include "study/study_file.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim check SCENARIO.yaml [--json] [--set key.path=value ...] [--data DIR]";

boost::program_options::options_description check_options() {
    auto options = scenario_options();
    options.add_options()("json", "print one JSON object with all errors and warnings: docs/command-line.md");
    return options;
}

struct Verdict {
    std::vector<sim::Problem> warnings{};
    std::size_t points = 0;  ///< of a study; 0: a scenario
};

/// The points of a study. Throws InputError for what a sweep would refuse, also with --quick where the study has it.
std::size_t points_of(const sim::OptionsDocument& document, study::StudyRequest request,
                      const study::PointReader& reader) {
    const std::size_t points = study::StudyFile{request, reader}.study().points.size();
    if (document.tree().child("quick") != nullptr) {
        request.size = study::Size::quick;
        try {
            static_cast<void>(study::StudyFile{request, reader});
        } catch (const sim::InputError& error) {
            std::vector<sim::Problem> problems = error.problems();
            for (sim::Problem& problem : problems) {
                problem.what = "with --quick, " + problem.what;
            }
            throw sim::InputError(std::move(problems));
        }
    }
    return points;
}

/// Throws InputError for what a run would refuse, or a sweep of a study.
Verdict verdict_on(const ScenarioArguments& given) {
    const std::string text = run::read_scenario_text(given.file());
    const sim::OptionsDocument document{text, given.file(), given.overrides()};
    if (document.tree().child("sweep") != nullptr) {
        const ScenarioReader reader{given.data_places()};
        return {.points =
                    points_of(document, {.text = text, .file = given.file(), .overrides = given.overrides()}, reader)};
    }
    const run::Scenario scenario = run::read_scenario(document, given.data_places());
    Verdict verdict{.warnings = run::scenario_warnings(scenario, document)};
    run::check_memory(scenario, sim::chosen_source(scenario.data, given.data_places().data_folder), document);
    return verdict;
}

int check_for_programs(const ScenarioArguments& given) {
    try {
        fmt::print("{}", verdict_json(given.file(), {}, verdict_on(given).warnings));
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
    const Verdict verdict = verdict_on(given);
    run::print_warnings(verdict.warnings);
    const auto counted = [](std::size_t count, const char* what) {
        return count == 0 ? "" : ", " + sim::counted(static_cast<std::int64_t>(count), what);
    };
    fmt::print("{}: ok{}{}\n", sim::escaped(given.file()), counted(verdict.points, "point"),
               counted(verdict.warnings.size(), "warning"));
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
