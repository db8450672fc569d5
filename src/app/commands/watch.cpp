// `mlaasim watch`: follows a run or a study from another terminal.
#include <fmt/format.h>
#include <boost/program_options.hpp>

#include <chrono>
#include <cmath>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "app/watching.hpp"
#include "sim/core/error.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char* usage = "mlaasim watch DIR [--once] [--every SECONDS]";

po::options_description watch_options() {
    po::options_description options;
    options.add_options()("once", po::bool_switch(), "tell how far it is, and end")(
        "every", po::value<double>()->value_name("SECONDS")->default_value(1.0, "1"), "how often to look");
    return options;
}

int watch(const Arguments& given) {
    const PathArguments arguments{given, watch_options(), usage};
    const double seconds = *arguments.value<double>("every");
    if (!(seconds >= 0.1 && seconds <= 3600.0)) {
        throw sim::InputError(
            sim::Problem{.what = fmt::format("--every is {}", seconds), .expected = "0.1 to 3600 seconds"});
    }
    const Watching watching{.pause = std::chrono::milliseconds{std::lround(1000.0 * seconds)},
                            .once = *arguments.value<bool>("once")};
    // The trace of a run stands for its folder.
    const fs::path path = arguments.path();
    const fs::path folder = path.filename() == "trace.h5" ? (path.has_parent_path() ? path.parent_path() : ".") : path;
    if (study::is_study_folder(folder)) {
        watch_study(folder, watching);
    } else {
        watch_run(folder, watching);
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand watch_subcommand() {
    return {
        .word = "watch",
        .usage = usage,
        .about =
            "Follows a run, or a study, from another terminal, and ends when it ends. DIR is its output folder. The\n"
            "run is not disturbed.\n",
        .forms = {{.operands = {Operand::trace_file},
                   .purpose = "follows a run or a study while it goes on",
                   .options = watch_options()}},
        .carry_out = OnRankZero{watch}};
}

}  // namespace mlaasim::app
