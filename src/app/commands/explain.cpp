// `mlaasim explain`: why a round did what it did.
#include <fmt/core.h>

#include <boost/program_options.hpp>
#include <cstdint>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "app/run_text.hpp"
#include "sim/core/error.hpp"
#include "study/report/explanation.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage = "mlaasim explain TRACE|DIR --round R [--service S]";

po::options_description explain_options() {
    po::options_description options;
    options.add_options()("round", po::value<std::int64_t>()->value_name("R"), "the round to explain")(
        "service", po::value<std::int64_t>()->value_name("S"), "only what concerns this service");
    return options;
}

/// A number of the command line that names a round or a service.
std::uint32_t id_of(std::int64_t number, const char* option) {
    if (number < 0 || number > INT32_MAX) {
        throw sim::InputError(
            sim::Problem{.what = fmt::format("--{} is {}", option, number), .expected = "a number from 0 on"});
    }
    return static_cast<std::uint32_t>(number);
}

int explain(const Arguments& given) {
    const PathArguments arguments{given, explain_options(), usage};
    const auto round = arguments.value<std::int64_t>("round");
    if (!round) {
        throw sim::InputError({.what = "no round given", .expected = usage, .hint = "add --round 5"});
    }
    std::optional<std::uint32_t> service;
    if (const auto number = arguments.value<std::int64_t>("service")) {
        service = id_of(*number, "service");
    }
    const study::RunTrace trace = study::read_run_trace(study::trace_in(arguments.path()));
    fmt::print("{}", explanation_text(study::explain_round(trace, id_of(*round, "round"), service)));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand explain_subcommand() {
    return {
        .word = "explain",
        .usage = usage,
        .about =
            "Tells of one round why members were flagged, who was considered instead, what the rules and the bandit\n"
            "said, and what came of it.\n",
        .forms = {{.operands = {Operand::trace_file},
                   .purpose = "why a round replaced or adapted services, and what came of it",
                   .options = explain_options()}},
        .carry_out = OnRankZero{explain}};
}

}  // namespace mlaasim::app
