// `mlaasim show`: a run in the terminal.
#include <fmt/core.h>

#include <boost/program_options.hpp>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "app/run_text.hpp"
#include "sim/core/error.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage = "mlaasim show TRACE|DIR [--story]";

po::options_description show_options() {
    po::options_description options;
    options.add_options()("story", po::bool_switch(), "the story alone, in about ten lines");
    return options;
}

int show(const Arguments& given) {
    const PathArguments arguments{given, show_options(), usage};
    const study::RunTrace trace = study::read_run_trace(study::trace_in(arguments.path()));
    fmt::print("{}", *arguments.value<bool>("story") ? story_text(trace) : run_text(trace));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand show_subcommand() {
    return {.word = "show",
            .usage = usage,
            .about =
                "Tells what happened in a run, in about ten lines, and shows its curves, its members and its times.\n"
                "TRACE is a trace.h5, DIR the folder that holds it.\n",
            .forms = {{.operands = {Operand::trace_file},
                       .purpose = "a run in the terminal: its story, curves and members",
                       .options = show_options()}},
            .carry_out = OnRankZero{show}};
}

}  // namespace mlaasim::app
