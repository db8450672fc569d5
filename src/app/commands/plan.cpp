// `mlaasim plan`: what a scenario would take on a number of ranks.
#include "app/plan.hpp"

#include <fmt/core.h>

#include <boost/program_options.hpp>

#include "app/commands/scenario_arguments.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage =
    "mlaasim plan SCENARIO.yaml [--ranks N] [--network-gbit G] [--latency-us U] [--json] [--set key.path=value ...] "
    "[--data DIR]";

po::options_description plan_options() {
    po::options_description options = scenario_options();
    options.add_options()("ranks", po::value<int>()->default_value(1)->value_name("N"), "ranks to plan for")(
        "network-gbit", po::value<double>()->default_value(10.0)->value_name("GBIT/S"), "between ranks, each way")(
        "latency-us", po::value<double>()->default_value(20.0)->value_name("US"), "of one message")(
        "json", "print one JSON object: docs/plan.md has its fields");
    return options;
}

int print_plan(const Arguments& arguments) {
    const ScenarioArguments given{arguments, plan_options(), usage};
    const PlanRequest request{
        .run = {.scenario_file = given.file(), .overrides = given.overrides(), .places = given.data_places()},
        .ranks = given.value<int>("ranks"),
        .network_gbit_s = given.value<double>("network-gbit"),
        .latency_us = given.value<double>("latency-us")};
    if (request.ranks < 1 || request.ranks > 1'000'000) {
        throw sim::InputError({.what = fmt::format("--ranks is {}", request.ranks), .expected = "1 to 1,000,000"});
    }
    if (!(request.network_gbit_s > 0.0) || !(request.latency_us >= 0.0)) {
        throw sim::InputError({.what = fmt::format("--network-gbit is {} and --latency-us {}", request.network_gbit_s,
                                                   request.latency_us),
                               .expected = "a rate above 0 and a latency of at least 0"});
    }
    try {
        const MeasuredPlan plan = measured_plan(request);
        fmt::print("{}", given.has("json") ? plan_json(plan) : plan_text(plan));
        return static_cast<int>(sim::ExitCode::success);
    } catch (const run::SetupFailed& failed) {
        return failed.exit_code;
    }
}

}  // namespace

Subcommand plan_subcommand() {
    return {.word = "plan",
            .usage = usage,
            .forms = {{.operands = {Operand::scenario_file},
                       .purpose = "predicted time, memory and bytes per rank and round",
                       .options = plan_options()}},
            .carry_out = OnRankZero{print_plan}};
}

}  // namespace mlaasim::app
