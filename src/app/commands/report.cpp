// `mlaasim report`: one HTML file that shows a run or a study.
#include <fmt/core.h>

#include <boost/program_options.hpp>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "sim/core/error.hpp"
#include "study/report/run_report.hpp"
#include "study/report/run_trace.hpp"
#include "study/report/study_report.hpp"
#include "study/study_folder.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char* usage = "mlaasim report TRACE|DIR [--output FILE]";

po::options_description report_options() {
    po::options_description options;
    options.add_options()("output,o", po::value<std::string>()->value_name("FILE"),
                          "the HTML file; by default report.html in the folder");
    return options;
}

int report(const Arguments& given) {
    const PathArguments arguments{given, report_options(), usage};
    const bool of_study = study::is_study_folder(arguments.path());
    const fs::path trace = of_study ? fs::path{} : study::trace_in(arguments.path());
    const fs::path folder = of_study ? arguments.path() : trace.parent_path();
    const fs::path output = arguments.value<std::string>("output").value_or((folder / "report.html").string());
    study::write_whole_file(output,
                            of_study ? study::report_of_study(folder) : study::report_of(study::read_run_trace(trace)));
    fmt::print("report: {}\n", output.string());
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand report_subcommand() {
    return {
        .word = "report",
        .usage = usage,
        .about =
            "Writes one HTML file that needs nothing else: no network, no other file. TRACE is a trace.h5, DIR the\n"
            "folder that holds it, or the folder of a study.\n",
        .forms = {{.operands = {Operand::trace_file},
                   .purpose = "one HTML file that shows a run, or a study: charts, members, selections, tables",
                   .options = report_options()}},
        .carry_out = OnRankZero{report}};
}

}  // namespace mlaasim::app
