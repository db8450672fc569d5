// `mlaasim compare`: did adaptation help, and what did it cost?
#include <fmt/core.h>

#include <filesystem>

#include "app/commands/subcommand.hpp"
#include "app/comparison.hpp"
#include "app/comparison_text.hpp"
#include "app/wrapped_text.hpp"
#include "run/trace_file.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim compare WITH WITHOUT";

/// A trace, or the folder that holds it.
std::filesystem::path trace_in(const std::string& argument) {
    const std::filesystem::path path{argument};
    std::filesystem::path trace = std::filesystem::is_directory(path) ? path / "trace.h5" : path;
    run::expect_trace_file(trace);
    return trace;
}

int compare_traces(const Arguments& arguments) {
    if (arguments.size() != 2) {
        throw sim::InputError({.what = fmt::format("compare takes two traces, not {}", arguments.size()),
                               .expected = usage,
                               .hint = "the run with adaptation first, then the one without"});
    }
    const Comparison comparison = compare(trace_in(arguments[0]), trace_in(arguments[1]));
    fmt::print("{}\n", picture(comparison));
    for (const std::string& paragraph : details(comparison)) {
        fmt::print("{}\n", wrapped(paragraph));
    }
    fmt::print("{}", wrapped(sentence(comparison)));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand compare_subcommand() {
    return {
        .word = "compare",
        .usage = usage,
        .about =
            "Says whether adaptation helped, and what it cost. WITH and WITHOUT are traces, or the folders that hold\n"
            "trace.h5, of one scenario: played with adaptation, and with --set adaptation.strategy.kind=none.\n",
        .forms = {{.operands = {Operand::trace_file, Operand::trace_file},
                   .purpose =
                       "did adaptation help, and what did it cost? A trace with and one without, of one scenario"}},
        .carry_out = OnRankZero{compare_traces}};
}

}  // namespace mlaasim::app
