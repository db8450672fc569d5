// `mlaasim calibrate`: when is an adapted service composable? Fitted on what came of adaptations.
#include <fmt/core.h>

#include <boost/program_options.hpp>
#include <filesystem>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "sim/core/error.hpp"
#include "study/calibration.hpp"
#include "study/report/run_trace.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage = "mlaasim calibrate TRACE [TRACE ...] [--margin M] [--output FILE]";

po::options_description calibrate_options() {
    po::options_description options;
    options.add_options()("output,o", po::value<std::string>()->value_name("FILE")->default_value("calibration.yaml"),
                          "the calibration file");
    options.add_options()("margin", po::value<double>()->value_name("M")->default_value(0.005, "0.005"),
                          "accuracy that a composable service may cost the composition");
    return options;
}

int calibrate(const Arguments& arguments) {
    const po::variables_map values = read_paths(arguments, calibrate_options(), usage);
    if (!values.contains("path")) {
        throw sim::InputError({.what = "calibrate takes traces, and there is none",
                               .expected = usage,
                               .hint = "a trace is a file, or the folder that holds trace.h5"});
    }
    std::vector<std::filesystem::path> traces;
    for (const std::string& path : values["path"].as<Arguments>()) {
        traces.push_back(study::trace_in(path));
    }
    const study::CalibrationCases cases = study::read_calibration_cases(traces, values["margin"].as<double>());
    const study::FittedCalibration fitted = study::fit_calibration(cases.cases);
    const auto output = values["output"].as<std::string>();
    study::write_whole_file(output, study::to_yaml(cases.subject, fitted, cases.cases.size()));
    std::size_t composable = 0;
    for (const study::CalibrationCase& one : cases.cases) {
        composable += one.composable ? 1 : 0;
    }
    const auto elsewhere = study::judge_elsewhere(cases.cases);
    const auto of_others = [&](double study::CalibrationElsewhere::*accuracy) {
        return elsewhere ? fmt::format("{:.3f}", (*elsewhere).*accuracy) : "unknown";
    };
    fmt::print(
        "{} of {}: {} adaptations, {} of them composable; {} left out, because more changed in their round\n"
        "balanced accuracy on these cases, and on each run by a fit on the others (1/2: no better than chance)\n"
        "  threshold {:.4f}: {:.3f}, {}\n  logistic regression: {:.3f}, {}\ncalibration: {}\n",
        cases.subject.technique, cases.subject.model, cases.cases.size(), composable, cases.left_out, fitted.threshold,
        fitted.threshold_accuracy, of_others(&study::CalibrationElsewhere::threshold), fitted.logistic_accuracy,
        of_others(&study::CalibrationElsewhere::logistic), output);
    if (!elsewhere) {
        fmt::print(
            "what it does elsewhere is unknown: it takes two runs or more, each with both answers in the others\n");
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand calibrate_subcommand() {
    return {
        .word = "calibrate",
        .usage = usage,
        .about =
            "Fits when a service that was adapted at test time is composable: a threshold of the composability score,\n"
            "and a logistic regression on its five scores. TRACE is a trace.h5, or the folder that holds it, of runs\n"
            "with one technique and one model. test_time.composability.calibration names the file in a scenario.\n",
        .forms = {{.operands = {Operand::trace_file},
                   .last_repeats = true,
                   .purpose = "when an adapted service is composable, fitted on finished runs",
                   .options = calibrate_options()}},
        .carry_out = OnRankZero{calibrate}};
}

}  // namespace mlaasim::app
