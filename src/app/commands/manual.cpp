// `mlaasim manual`: prints the manual page.
#include "app/manual.hpp"

#include <fmt/core.h>

#include "app/commands/subcommand.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim manual";

int manual(const Arguments& arguments) {
    if (!arguments.empty()) {
        throw sim::InputError({.what = "manual does not know \"" + arguments.front() + "\"", .expected = usage});
    }
    fmt::print("{}", manual_page());
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand manual_subcommand() {
    return {.word = "manual",
            .usage = usage,
            .about = "To read it: mlaasim manual > mlaasim.1 && man ./mlaasim.1\n",
            .forms = {{.purpose = "the manual page, for man"}},
            .carry_out = OnRankZero{manual}};
}

}  // namespace mlaasim::app
