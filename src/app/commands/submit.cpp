// `mlaasim submit`: hands a run or a study in to Slurm.
#include <fmt/core.h>

#include <boost/program_options.hpp>

#include "app/commands/scenario_arguments.hpp"
#include "app/job_order.hpp"
#include "sim/core/duration.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "study/batch/slurm.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;
using std::chrono::seconds;

constexpr const char* usage =
    "mlaasim submit SCENARIO.yaml|STUDY.yaml [--time TIME] [--mem SIZE] [--partition NAME] [--account NAME]\n"
    "       [--ranks N] [--nodes N] [--array-limit N] [--points-per-task N] [--cpus N] [--quick] [--output DIR]\n"
    "       [--data DIR] [--set key.path=value ...] [--print] ...";

po::options_description submit_options() {
    const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
    const auto number = [](std::int64_t usual) {
        return po::value<std::int64_t>()->default_value(usual)->value_name("N");
    };
    po::options_description options = scenario_options();
    options.add_options()("output", text("DIR"), "folder of the results; default: results/NAME")(
        "ranks", number(1), "of a scenario: ranks")("nodes", number(1), "of a scenario: nodes")(
        "array-limit", po::value<std::int64_t>()->value_name("N"), "of a study: tasks at once, at most")(
        "points-per-task", po::value<std::int64_t>()->value_name("N"),
        "of a study: points that a task plays; default: as many as take about ten minutes")(
        "cpus", po::value<std::int64_t>()->value_name("N"), "of a study: points of a task at once; default: 1")(
        "quick", "of a study: as of sweep")(
        "time", text("TIME"), "that the job may take before it is put back into the queue: 55m, 2h, 1-12:00:00")(
        "mem", text("SIZE"), "memory of a node, such as 16G")("partition", text("NAME"), "of the cluster")(
        "account", text("NAME"), "that pays")("requeues", number(20),
                                              "that often a job that runs out of time is put back into the queue")(
        "sbatch", po::value<Arguments>()->composing()->value_name("OPTION"),
        "a further option of sbatch, such as --sbatch=--constraint=avx512; may be repeated")(
        "setup", text("FILE"),
        "shell commands of the site that the job carries out first, such as module load openmpi")(
        "launch", po::value<std::string>()->default_value("--mpi=pmix")->value_name("OPTIONS"),
        "of srun, which starts the ranks")(
        "program", text("COMMAND"),
        "that starts mlaasim on the nodes, such as \"apptainer exec mlaasim.sif mlaasim\"; default: this program")(
        "print", "print the script, and hand in nothing");
    return options;
}

std::int64_t number_of(const ScenarioArguments& given, const std::string& option, std::int64_t least,
                       std::int64_t otherwise = 0) {
    constexpr std::int64_t most = 1'000'000;
    if (!given.has(option)) {
        return otherwise;
    }
    const auto number = given.value<std::int64_t>(option);
    if (number < least || number > most) {
        throw sim::InputError(
            {.what = fmt::format("--{} is {}", option, number), .expected = fmt::format("{} to 1,000,000", least)});
    }
    return number;
}

std::optional<seconds> time_of(const ScenarioArguments& given) {
    if (!given.has("time")) {
        return std::nullopt;
    }
    // Slurm may send the warning a minute earlier than it is told to.
    constexpr seconds least{180};
    const seconds time = sim::duration_from(given.text("time"), "--time");
    if (time < least) {
        throw sim::InputError({.what = fmt::format("--time is {}", given.text("time")),
                               .expected = "3m or more: a job is asked to stop a minute or two before its end"});
    }
    return time;
}

SubmitRequest request_of(const ScenarioArguments& given) {
    SubmitRequest request{.file = given.file(),
                          .overrides = given.overrides(),
                          .output = given.text("output"),
                          .places = given.data_places(),
                          .program = given.text("program"),
                          .setup = given.text("setup"),
                          .launch = given.text("launch"),
                          .most_timeouts = number_of(given, "requeues", 0),
                          .size = given.has("quick") ? study::Size::quick : study::Size::whole,
                          .at_once = number_of(given, "array-limit", 1)};
    if (given.has("points-per-task")) {
        request.per_task = number_of(given, "points-per-task", 1);
    }
    for (const char* const option : {"array-limit", "points-per-task", "cpus", "quick"}) {
        if (given.has(option)) {
            request.study_options.push_back(std::string{"--"} + option);
        }
    }
    request.resources = {.partition = given.text("partition"),
                         .account = given.text("account"),
                         .memory = given.text("mem"),
                         .time = time_of(given),
                         .nodes = number_of(given, "nodes", 1),
                         .ranks = number_of(given, "ranks", 1),
                         .cores = number_of(given, "cpus", 1, 1),
                         .further = given.has("sbatch") ? given.value<Arguments>("sbatch") : Arguments{}};
    if (request.resources.ranks < request.resources.nodes) {
        throw sim::InputError(
            {.what = fmt::format("--nodes is {}, and --ranks {}", request.resources.nodes, request.resources.ranks),
             .expected = "a rank for every node at least"});
    }
    for (const std::string& line : request.resources.further) {
        if (!line.starts_with("-") || line.find('\n') != std::string::npos) {
            throw sim::InputError({.what = fmt::format("--sbatch is {}", line),
                                   .expected = "one option of sbatch, such as --sbatch=--qos=long"});
        }
    }
    return request;
}

/// Slurm's default where there is no Slurm: a script can be looked at anywhere.
std::int64_t array_size_for_printing() {
    try {
        return study::max_array_size();
    } catch (const sim::InputError&) {
        return study::usual_array_size;
    }
}

void print_scripts(const study::JobOrder& order) {
    const std::int64_t most_tasks = order.points.empty() ? 1 : array_size_for_printing();
    for (const study::JobScript& script : study::scripts_of(order, most_tasks)) {
        fmt::print("{}", study::text_of(script));
    }
}

int submit_of(const Arguments& arguments) {
    const ScenarioArguments given{arguments, submit_options(), usage};
    const OrderedWork work = ordered_work(request_of(given));
    const std::string folder = sim::escaped(work.order.script.folder.string());
    if (work.is_complete()) {
        fmt::print("{}: all of it is done, and nothing was handed in\n", folder);
        return static_cast<int>(sim::ExitCode::success);
    }
    if (given.has("print")) {
        print_scripts(work.order);
        return static_cast<int>(sim::ExitCode::success);
    }
    work.settle();
    for (const study::Submission& submission : study::submit(work.order)) {
        fmt::print("job {}: {}{}\n", submission.job, submission.job_name,
                   submission.first_point == 0 ? ""
                                               : fmt::format(", points {} to {}, {} a task", submission.first_point,
                                                             submission.last_point, submission.points_per_task));
        std::fflush(stdout);
    }
    fmt::print("To see how far it is: mlaasim status {}\n", folder);
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand submit_subcommand() {
    return {
        .word = "submit",
        .usage = usage,
        .about =
            "Writes a job script into DIR/slurm and hands it in with sbatch: a job for a scenario, an array for a\n"
            "study. A job stops in time, goes back into the queue and goes on. When it has ended, the same command\n"
            "goes on with what is not done.\n",
        .forms = {{.operands = {Operand::scenario_file},
                   .purpose = "hand a run or a study in to Slurm",
                   .options = submit_options()}},
        .carry_out = OnRankZero{submit_of}};
}

}  // namespace mlaasim::app
