#include "app/compare_command.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "app/comparison.hpp"
#include "app/comparison_text.hpp"
#include "app/wrapped_text.hpp"
#include "run/trace_file.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

/// A trace, or the folder that holds it.
std::filesystem::path trace_in(const std::string& argument) {
    const std::filesystem::path path{argument};
    std::filesystem::path trace = std::filesystem::is_directory(path) ? path / "trace.h5" : path;
    run::expect_trace_file(trace);
    return trace;
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
    const std::string usage = "mlaasim compare WITH WITHOUT";
    if (!arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h")) {
        fmt::print(
            "usage: {}\n\n"
            "Says whether adaptation helped, and what it cost. WITH and WITHOUT are traces, or the folders that hold\n"
            "trace.h5, of one scenario: played with adaptation, and with --set adaptation.strategy.kind=none.\n",
            usage);
        return static_cast<int>(sim::ExitCode::success);
    }
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

}  // namespace mlaasim::app
