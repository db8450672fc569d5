// `mlaasim compare`: did adaptation help, and what did it cost? And any other runs side by side.
#include <fmt/core.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <filesystem>
#include <iterator>
#include <optional>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"
#include "study/adaptation_worth_text.hpp"
#include "study/report/run_trace.hpp"
#include "study/side_by_side.hpp"
#include "study/side_by_side_page.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage = "mlaasim compare A B [C ...] [--html FILE]";

po::options_description compare_options() {
    po::options_description options;
    options.add_options()("html", po::value<std::string>()->value_name("FILE"),
                          "also writes one HTML file that shows the runs side by side");
    return options;
}

/// What the arguments give.
struct Given {
    Arguments paths;
    std::optional<std::string> html;
};

Given read_arguments(const Arguments& arguments) {
    const po::variables_map values = read_paths(arguments, compare_options(), usage);
    Given given;
    if (values.contains("path")) {
        given.paths = values["path"].as<Arguments>();
    }
    if (values.contains("html")) {
        given.html = values["html"].as<std::string>();
    }
    return given;
}

/// What adaptation was worth, when this is what the paths ask: two runs that differ in their response alone.
std::optional<study::AdaptationWorth> worth_of(const Arguments& paths) {
    const auto is_study = [](const std::string& path) {
        return std::filesystem::is_directory(std::filesystem::path{path} / "points");
    };
    if (paths.size() != 2 || is_study(paths[0]) || is_study(paths[1])) {
        return std::nullopt;
    }
    const study::RecordedRun a = study::read_run(study::trace_in(paths[0]));
    const study::RecordedRun b = study::read_run(study::trace_in(paths[1]));
    const std::optional<study::AdaptationPair> pair = study::adaptation_pair(a, b);
    return pair ? std::optional{study::worth_of_adaptation(*pair)} : std::nullopt;
}

study::Summaries runs_of(const Arguments& paths) {
    study::Summaries all;
    for (const std::string& path : paths) {
        study::Summaries summaries = study::summaries_of(path);
        std::ranges::move(summaries.runs, std::back_inserter(all.runs));
        for (const std::string& error : summaries.unreadable) {
            all.unreadable.push_back("Left out: " + error);
        }
    }
    if (all.runs.size() < 2) {
        const std::string left_out = all.unreadable.empty() ? "" : ". " + all.unreadable.front();
        throw sim::InputError(
            {.what = fmt::format("compare takes two runs or more, not {}{}", all.runs.size(), left_out),
             .expected = usage,
             .hint = "a run is a trace or the folder that holds it; a study counts as all of its "
                     "settings"});
    }
    return all;
}

int compare(const Arguments& arguments) {
    const Given given = read_arguments(arguments);
    const std::optional<study::AdaptationWorth> worth = worth_of(given.paths);
    std::vector<std::string> paragraphs;
    if (worth) {
        paragraphs = study::worth_details(*worth);
        paragraphs.push_back(study::worth_sentence(*worth));
        fmt::print("{}", study::worth_picture(*worth));
        for (const std::string& paragraph : paragraphs) {
            fmt::print("\n{}", wrapped(paragraph));
        }
    }
    if (!worth || given.html) {
        study::Summaries summaries = runs_of(given.paths);
        const study::SideBySide compared = study::side_by_side(std::move(summaries.runs));
        fmt::print("{}", worth ? "" : study::side_by_side_text(compared));
        for (const std::string& left_out : summaries.unreadable) {
            fmt::print("\n{}\n", wrapped(left_out));
            paragraphs.push_back(left_out);
        }
        if (given.html) {
            study::write_whole_file(*given.html, study::side_by_side_page(compared, paragraphs));
            fmt::print("\nas HTML: {}\n", *given.html);
        }
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand compare_subcommand() {
    return {
        .word = "compare",
        .usage = usage,
        .about =
            "Shows runs side by side: the options in which they differ, accuracy and loss, and what they cost. Two\n"
            "runs that differ in their adaptation alone, one of them played with --set adaptation.strategy.kind=none:\n"
            "says whether adaptation helped. A run is a trace, or the folder that holds trace.h5. The folder of a\n"
            "study stands for all of its settings, each as the mean of its runs.\n",
        .forms = {{.operands = {Operand::trace_file, Operand::trace_file},
                   .last_repeats = true,
                   .purpose = "did adaptation help, and what did it cost? A run with and one without. Any other runs, "
                              "also more than two, side by side",
                   .options = compare_options()}},
        .carry_out = OnRankZero{compare}};
}

}  // namespace mlaasim::app
