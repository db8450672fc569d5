// `mlaasim compare`: did adaptation help, and what did it cost? And any other runs side by side.
#include <fmt/core.h>

#include <filesystem>
#include <optional>

#include "app/commands/subcommand.hpp"
#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"
#include "study/adaptation_worth_text.hpp"
#include "study/side_by_side.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim compare A B [C ...]";

void print_worth(const study::AdaptationWorth& worth) {
    fmt::print("{}\n", study::worth_picture(worth));
    for (const std::string& paragraph : study::worth_details(worth)) {
        fmt::print("{}\n", wrapped(paragraph));
    }
    fmt::print("{}", wrapped(study::worth_sentence(worth)));
}

/// What adaptation was worth, when this is what the arguments ask: two runs that differ in their response alone.
std::optional<study::AdaptationWorth> worth_of(const Arguments& arguments) {
    const auto is_study = [](const std::string& path) {
        return std::filesystem::is_directory(std::filesystem::path{path} / "points");
    };
    if (arguments.size() != 2 || is_study(arguments[0]) || is_study(arguments[1])) {
        return std::nullopt;
    }
    const study::RecordedRun a = study::read_run(study::trace_of(arguments[0]));
    const study::RecordedRun b = study::read_run(study::trace_of(arguments[1]));
    const std::optional<study::AdaptationPair> pair = study::adaptation_pair(a, b);
    return pair ? std::optional{study::worth_of_adaptation(*pair)} : std::nullopt;
}

int compare(const Arguments& arguments) {
    if (const std::optional<study::AdaptationWorth> worth = worth_of(arguments)) {
        print_worth(*worth);
        return static_cast<int>(sim::ExitCode::success);
    }
    std::vector<study::RunSummary> runs;
    for (const std::string& argument : arguments) {
        for (study::RunSummary& summary : study::summaries_of(argument)) {
            runs.push_back(std::move(summary));
        }
    }
    if (runs.size() < 2) {
        throw sim::InputError({.what = fmt::format("compare takes two runs or more, not {}", runs.size()),
                               .expected = usage,
                               .hint = "a run is a trace or the folder that holds it; a study counts as all of its "
                                       "settings"});
    }
    fmt::print("{}", study::side_by_side_text(study::side_by_side(std::move(runs))));
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
                   .purpose = "did adaptation help, and what did it cost? A run with and one without. Any other runs, "
                              "also more than two, side by side"}},
        .carry_out = OnRankZero{compare}};
}

}  // namespace mlaasim::app
