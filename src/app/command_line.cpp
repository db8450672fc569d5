#include "app/command_line.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "app/check_command.hpp"
#include "app/compare_command.hpp"
#include "app/completion.hpp"
#include "app/launch.hpp"
#include "app/manual.hpp"
#include "app/option_hint.hpp"
#include "app/plan.hpp"
#include "app/progress.hpp"
#include "app/subcommand.hpp"
#include "app/trace_command.hpp"
#include "fl/engine.hpp"
#include "run/agreement.hpp"
#include "run/scenario.hpp"
#include "run/scenario_checks.hpp"
#include "run/simulate.hpp"
#include "run/versions.hpp"
#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/options/json_schema.hpp"
#include "sim/options/markdown.hpp"
#include "sim/parallel/communicator.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::app {

namespace po = boost::program_options;
using Arguments = std::vector<std::string>;

po::options_description scenario_options(const std::string& title) {
    po::options_description options{title};
    options.add_options()("set", po::value<Arguments>()->composing()->value_name("key.path=value"),
                          "override an option of the scenario; may be repeated");
    return options;
}

po::options_description run_options(const std::string& title) {
    po::options_description options = scenario_options(title);
    options.add_options()("resume", "continue the trace in the output folder; start anew when there is none")(
        "force",
        "with --resume: accept another version of the program or its libraries, or another instruction set; results "
        "may differ")("data", po::value<std::string>()->value_name("DIR"),
                      "folder with real data (mnist/, fashion-mnist/); default: $MLAASIM_DATA, else generated digits")(
        "output", po::value<std::string>()->value_name("DIR"), "folder of trace.h5; default: results/NAME");
    return options;
}

namespace {

/// Parses `arguments` (without program and subcommand) into a scenario file and options.
po::variables_map parse(const Arguments& arguments, po::options_description options, const std::string& usage) {
    options.add_options()("help,h", "this text")("scenario", po::value<std::string>());
    po::positional_options_description positional;
    positional.add("scenario", 1);
    po::variables_map values;
    try {
        po::store(po::command_line_parser(arguments).options(options).positional(positional).run(), values);
        po::notify(values);
    } catch (const po::too_many_positional_options_error&) {
        throw sim::InputError({.what = "more than one scenario file given",
                               .expected = usage,
                               .hint = "options of the scenario are given as --set key.path=value"});
    } catch (const po::unknown_option& error) {
        Arguments own;
        for (const auto& option : options.options()) {
            own.push_back("--" + option->long_name());
        }
        throw sim::InputError({.what = error.what(),
                               .expected = usage,
                               .hint = unknown_option_hint(error.get_option_name(), arguments, own)});
    } catch (const po::error& error) {
        throw sim::InputError({.what = error.what(), .expected = usage, .hint = "see mlaasim --help"});
    }
    if (values.count("help") == 0 && values.count("scenario") == 0) {
        throw sim::InputError(
            {.what = "no scenario file given", .expected = usage, .hint = "try experiments/quickstart.yaml"});
    }
    return values;
}

Arguments overrides_of(const po::variables_map& values) {
    return values.count("set") > 0 ? values["set"].as<Arguments>() : Arguments{};
}

std::string text_of(const po::variables_map& values, const char* key) {
    return values.count(key) > 0 ? values[key].as<std::string>() : std::string{};
}

std::string help_text(const std::string& usage, const po::options_description& options) {
    std::ostringstream text;
    text << "usage: " << usage << "\n\n" << options;
    return text.str();
}

/// --data, else MLAASIM_DATA, else empty.
std::string data_folder(const po::variables_map& values) {
    const char* const environment = std::getenv("MLAASIM_DATA");
    const std::string folder = text_of(values, "data");
    return folder.empty() && environment != nullptr ? environment : folder;
}

run::Scenario scenario_of(const po::variables_map& values) {
    const std::string file = text_of(values, "scenario");
    return run::read_scenario({run::read_scenario_text(file), file, overrides_of(values)});
}

int run_command(const Arguments& arguments, const Launch& launch) {
    const std::string usage =
        "mlaasim run SCENARIO.yaml [--set key.path=value ...] [--resume [--force]] [--data DIR] [--output DIR]";
    run::RunRequest request;
    bool help = false;
    run::agree(launch.communicator, [&] {
        const po::variables_map values = parse(arguments, run_options(), usage);
        help = values.count("help") > 0;
        request = {.scenario_file = text_of(values, "scenario"),
                   .overrides = overrides_of(values),
                   .resume = values.count("resume") > 0,
                   .force = values.count("force") > 0,
                   .data_folder = data_folder(values),
                   .output = text_of(values, "output"),
                   .started = launch.started,
                   .mpi_start = launch.mpi_start};
    });
    if (help) {
        if (launch.communicator.is_root()) {
            fmt::print("{}", help_text(usage, run_options()));
        }
        return static_cast<int>(sim::ExitCode::success);
    }
    return run::simulate(request, launch.communicator, [](const run::World& world, int ranks, std::uint32_t first) {
        return std::make_unique<ProgressDisplay>(world, ranks, first);
    });
}

int check_command(const Arguments& arguments) {
    const std::string usage = "mlaasim check SCENARIO.yaml [--set key.path=value ...]";
    const po::variables_map values = parse(arguments, scenario_options(), usage);
    if (values.count("help") > 0) {
        fmt::print("{}", help_text(usage, scenario_options()));
    } else {
        check_scenario_file(text_of(values, "scenario"), overrides_of(values), data_folder(values));
    }
    return static_cast<int>(sim::ExitCode::success);
}

/// Which engine the scenario's model takes, as a comment that the resolved scenario can keep.
std::string engine_note(const run::Scenario& scenario) {
    const sim::KnownData data = scenario.data.source->known();
    const fl::Model model = run::model_of(scenario, data.shape, data.classes);
    const fl::EngineChoice engine = fl::choose_engine(scenario.engine, model);
    return fmt::format("# model: {}\n# engine: {}, on {}: {}\n", model.architecture(),
                       engine.fused ? "fused" : "autograd",
                       engine.fused ? fl::fused_instruction_set() : fl::torch_instruction_set(), engine.reason);
}

int describe_command(const Arguments& arguments) {
    const std::string usage = "mlaasim describe SCENARIO.yaml [--set key.path=value ...]";
    const po::variables_map values = parse(arguments, scenario_options(), usage);
    if (values.count("help") > 0) {
        fmt::print("{}", help_text(usage, scenario_options()));
    } else {
        run::apply_instruction_set();
        const run::Scenario scenario = scenario_of(values);
        fmt::print("{}{}", engine_note(scenario), run::to_yaml(scenario));
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

po::options_description plan_options() {
    po::options_description options = scenario_options();
    options.add_options()("ranks", po::value<int>()->default_value(1)->value_name("N"), "ranks to plan for")(
        "network-gbit", po::value<double>()->default_value(10.0)->value_name("GBIT/S"), "between ranks, each way")(
        "latency-us", po::value<double>()->default_value(20.0)->value_name("US"), "of one message")(
        "data", po::value<std::string>()->value_name("DIR"), "as of run");
    return options;
}

namespace {

int plan_command(const Arguments& arguments) {
    const std::string usage =
        "mlaasim plan SCENARIO.yaml [--ranks N] [--network-gbit G] [--latency-us U] [--set key.path=value ...]";
    const po::variables_map values = parse(arguments, plan_options(), usage);
    if (values.count("help") > 0) {
        fmt::print("{}", help_text(usage, plan_options()));
        return static_cast<int>(sim::ExitCode::success);
    }
    PlanRequest request{.run = {.scenario_file = text_of(values, "scenario"),
                                .overrides = overrides_of(values),
                                .data_folder = data_folder(values)},
                        .ranks = values["ranks"].as<int>(),
                        .network_gbit_s = values["network-gbit"].as<double>(),
                        .latency_us = values["latency-us"].as<double>()};
    if (request.ranks < 1 || request.ranks > 1'000'000) {
        throw sim::InputError({.what = fmt::format("--ranks is {}", request.ranks), .expected = "1 to 1,000,000"});
    }
    if (!(request.network_gbit_s > 0.0) || !(request.latency_us >= 0.0)) {
        throw sim::InputError({.what = fmt::format("--network-gbit is {} and --latency-us {}", request.network_gbit_s,
                                                   request.latency_us),
                               .expected = "a rate above 0 and a latency of at least 0"});
    }
    try {
        return plan(request);
    } catch (const run::SetupFailed& failed) {
        return failed.exit_code;
    }
}

int schema_command(const Arguments& arguments) {
    const std::string usage = "mlaasim schema [--markdown]";
    if (!arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h")) {
        fmt::print("usage: {}\n", usage);
        return static_cast<int>(sim::ExitCode::success);
    }
    const bool markdown = arguments == Arguments{"--markdown"};
    if (!arguments.empty() && !markdown) {
        throw sim::InputError({.what = "schema does not know \"" + arguments.front() + "\"", .expected = usage});
    }
    run::Scenario scenario;
    const auto declare_all = [&](sim::OptionVisitor& visitor) { run::declare(visitor, scenario); };
    if (markdown) {
        fmt::print("{}", sim::to_markdown(declare_all, "Scenario reference"));
    } else {
        fmt::print("{}\n", sim::to_json_schema(declare_all, "mlaasim scenario"));
    }
    return static_cast<int>(sim::ExitCode::success);
}

std::string general_help() {
    return help_text("mlaasim COMMAND ...\n\n" + subcommand_help(),
                     run_options("Options of run; check, describe and plan take --set")) +
           "\n";
}

/// Every subcommand but run, which needs all ranks.
int dispatch(const std::string& command, const Arguments& rest) {
    if (command == "check") {
        return check_command(rest);
    }
    if (command == "describe") {
        return describe_command(rest);
    }
    if (command == "plan") {
        return plan_command(rest);
    }
    if (command == "compare") {
        return compare_command(rest);
    }
    if (command == "schema") {
        return schema_command(rest);
    }
    if (command == "trace") {
        return trace_command(rest);
    }
    if (command == "completion") {
        return completion_command(rest);
    }
    if (command == "manual") {
        return manual_command(rest);
    }
    if (command == "--help" || command == "-h" || command == "help") {
        fmt::print("{}", general_help());
        return static_cast<int>(sim::ExitCode::success);
    }
    if (command == "--version") {
        run::apply_instruction_set();
        fmt::print("{}", run::version_text());
        return static_cast<int>(sim::ExitCode::success);
    }
    const std::string near = sim::nearest(command, command_words());
    throw sim::InputError({.what = "unknown command \"" + command + "\"",
                           .expected = fmt::format("one of {}", fmt::join(command_words(), ", ")),
                           .hint = near.empty() ? "see mlaasim --help" : "did you mean " + near + "?"});
}

/// What a command has printed may still have to be written, and redirected to a full disk it is lost.
void expect_output_written() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout.flush()) {
        const bool too_large = errno == EFBIG;
        throw sim::InputError(sim::Problem{
            .what = "standard output can't be written",
            .hint = too_large ? sim::file_size_hint() : "is there room on the disk that it is redirected to?"});
    }
}

/// Ranks other than 0 wait while rank 0 carries out what needs one process only.
int run_or_dispatch(const Arguments& arguments, const Launch& launch) {
    const std::string command = arguments.empty() ? "--help" : arguments.front();
    const Arguments rest{arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end()};
    if (command == "run") {
        return run_command(rest, launch);
    }
    launch.communicator.begin("mlaasim " + command);
    std::int64_t exit_code = 0;
    run::agree(launch.communicator, [&] { exit_code = launch.communicator.is_root() ? dispatch(command, rest) : 0; });
    return static_cast<int>(launch.communicator.maximum(exit_code));
}

}  // namespace

int execute(int argc, char** argv) {
    return launch(argc, argv, [&](const Launch& launch) {
        const int exit_code = run_or_dispatch({argv + 1, argv + argc}, launch);
        expect_output_written();
        return exit_code;
    });
}

}  // namespace mlaasim::app
