// `mlaasim diff`: where do two runs part?
#include <fmt/core.h>

#include "app/commands/subcommand.hpp"
#include "sim/core/error.hpp"
#include "study/difference.hpp"
#include "study/difference_text.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim diff A B";

int diff(const Arguments& arguments) {
    if (arguments.size() != 2) {
        throw sim::InputError({.what = fmt::format("diff takes two traces, not {}", arguments.size()),
                               .expected = usage,
                               .hint = "a trace is a file, or the folder that holds trace.h5"});
    }
    const study::Difference difference =
        study::difference_between(study::trace_in(arguments[0]), study::trace_in(arguments[1]));
    fmt::print("{}", study::difference_text(difference));
    return static_cast<int>(difference.same() ? sim::ExitCode::success : sim::ExitCode::runs_differ);
}

}  // namespace

Subcommand diff_subcommand() {
    return {
        .word = "diff",
        .usage = usage,
        .about =
            "Says where two runs part: the options and the data that differ, the first round, table and value that\n"
            "differ, how many values of each table do, and the checkpoint. A and B are traces, or the folders that\n"
            "hold trace.h5. Values are compared bit by bit. Measured times are left out. The exit code is 0 when\n"
            "nothing differs, and 4 when something does.\n",
        .forms = {{.operands = {Operand::trace_file, Operand::trace_file},
                   .purpose = "where two runs part: the first value that differs, and by how much"}},
        .carry_out = OnRankZero{diff}};
}

}  // namespace mlaasim::app
