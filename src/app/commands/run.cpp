// `mlaasim run`: simulates, on all ranks.
#include <boost/program_options.hpp>
#include <memory>
#include <optional>

#include "app/commands/scenario_arguments.hpp"
#include "app/progress.hpp"
#include "run/agreement.hpp"
#include "run/simulate.hpp"
#include "sim/core/duration.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage =
    "mlaasim run SCENARIO.yaml [--set key.path=value ...] [--resume [--force]] [--data DIR] [--output DIR]\n"
    "       [--max-time TIME]";

po::options_description run_options() {
    po::options_description options = scenario_options();
    options.add_options()("resume", "continue the trace in the output folder; start anew when there is none")(
        "force",
        "with --resume: accept another version of the program or its libraries, or another instruction set; results "
        "may differ")("output", po::value<std::string>()->value_name("DIR"),
                      "folder of trace.h5; default: results/NAME")(
        "max-time", po::value<std::string>()->value_name("TIME"),
        "stop after a round, commit and leave with 75, so that the run ends within this time: 90s, 55m, 2h, 1:30:00");
    return options;
}

int run(const Arguments& arguments, const Launch& launch) {
    run::RunRequest request;
    run::agree(launch.communicator, [&] {
        const ScenarioArguments given{arguments, run_options(), usage};
        request = {.scenario_file = given.file(),
                   .overrides = given.overrides(),
                   .resume = given.has("resume"),
                   .force = given.has("force"),
                   .places = given.data_places(),
                   .output = given.text("output"),
                   .max_time = given.has("max-time")
                                   ? std::optional{sim::duration_from(given.text("max-time"), "--max-time")}
                                   : std::nullopt,
                   .started = launch.started,
                   .mpi_start = launch.mpi_start};
    });
    return run::simulate(request, launch.communicator, [](const run::World& world, int ranks, std::uint32_t first) {
        return std::make_unique<ProgressDisplay>(world, ranks, first);
    });
}

}  // namespace

Subcommand run_subcommand() {
    return {.word = "run",
            .usage = usage,
            .forms = {{.operands = {Operand::scenario_file},
                       .purpose = "simulate on one rank; under mpirun on several",
                       .options = run_options()}},
            .carry_out = OnAllRanks{run}};
}

}  // namespace mlaasim::app
