// `mlaasim sweep`: plays a study.
#include "app/sweep.hpp"

#include <boost/program_options.hpp>

#include "app/commands/scenario_arguments.hpp"
#include "app/list_points.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage =
    "mlaasim sweep STUDY.yaml [--output DIR] [--jobs N] [--dry-run] [--quick] [--only KEY=VALUE ...] [--points 3-7,9] "
    "[--force] [--data DIR] [--set key.path=value ...]";

po::options_description sweep_options() {
    po::options_description options = scenario_options();
    options.add_options()("output", po::value<std::string>()->value_name("DIR"),
                          "folder of the study; default: results/NAME, with --quick results/NAME-quick")(
        "jobs", po::value<std::int64_t>()->value_name("N"),
        "points to play at once; default: as many as the cores and the memory at hand allow")(
        "dry-run", "list the points with predicted time and memory, and play none")(
        "quick", "apply the reduction that the study names quick")(
        "only", po::value<Arguments>()->composing()->value_name("KEY=VALUE"),
        "play the points that have this value, or one of several with commas between; may be repeated")(
        "points", po::value<std::string>()->value_name("NUMBERS"), "play the points of these numbers, such as 3-7,9")(
        "force",
        "go on with points that another version of the program, or another instruction set, has begun; results may "
        "differ");
    return options;
}

std::optional<std::size_t> jobs_of(const ScenarioArguments& given) {
    if (!given.has("jobs")) {
        return std::nullopt;
    }
    const auto jobs = given.value<std::int64_t>("jobs");
    if (jobs < 1 || jobs > 10'000) {
        throw sim::InputError({.what = "--jobs is " + std::to_string(jobs), .expected = "1 to 10,000"});
    }
    return static_cast<std::size_t>(jobs);
}

int sweep_of(const Arguments& arguments) {
    const ScenarioArguments given{arguments, sweep_options(), usage, {"study", "experiments/heterogeneity.yaml"}};
    SweepRequest request{.file = given.file(),
                         .overrides = given.overrides(),
                         .size = given.has("quick") ? study::Size::quick : study::Size::whole,
                         .choice = {.only = given.has("only") ? given.value<Arguments>("only") : Arguments{},
                                    .numbers = given.text("points")},
                         .output = given.text("output"),
                         .jobs = jobs_of(given),
                         .places = given.data_places()};
    if (given.has("force")) {
        request.arguments.emplace_back("--force");
    }
    if (given.has("data")) {
        request.arguments.insert(request.arguments.end(), {"--data", given.text("data")});
    }
    // The points' scenarios lie elsewhere, and paths in them begin where those of the study do.
    request.arguments.insert(request.arguments.end(), {"--paths-from", request.places.scenario_folder.string()});
    return given.has("dry-run") ? list_points(request) : sweep(request);
}

}  // namespace

Subcommand sweep_subcommand() {
    return {
        .word = "sweep",
        .usage = usage,
        .about =
            "A study is a scenario with a section `sweep`. Each of its points is one run in DIR/points; when all are\n"
            "played, DIR has runs.csv, rounds.csv, table.csv and table.md. After a kill the same command goes on.\n",
        .forms = {{.operands = {Operand::study_file},
                   .purpose = "play a study: many runs that differ in some keys and seeds",
                   .options = sweep_options()}},
        .carry_out = OnRankZero{sweep_of}};
}

}  // namespace mlaasim::app
