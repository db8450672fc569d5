// `mlaasim schema`: the options of scenarios, as JSON Schema or as the reference page.
#include <fmt/core.h>

#include "app/commands/subcommand.hpp"
#include "app/study_schema.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/options/json_schema.hpp"
#include "sim/options/markdown.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim schema [--markdown|--study]";

boost::program_options::options_description schema_options() {
    boost::program_options::options_description options;
    options.add_options()("markdown", "the reference page docs/scenario.md instead")(
        "study", "the JSON Schema of study files instead");
    return options;
}

int schema(const Arguments& arguments) {
    const bool markdown = arguments == Arguments{"--markdown"};
    const bool study = arguments == Arguments{"--study"};
    if (!arguments.empty() && !markdown && !study) {
        throw sim::InputError({.what = "schema does not know \"" + arguments.back() + "\"", .expected = usage});
    }
    run::Scenario scenario;
    const auto declare_all = [&](sim::OptionVisitor& visitor) { run::declare(visitor, scenario); };
    if (markdown) {
        fmt::print("{}", sim::to_markdown(declare_all, "Scenario reference"));
    } else if (study) {
        fmt::print("{}\n", study_schema(sim::to_json_schema(declare_all, "mlaasim study")));
    } else {
        fmt::print("{}\n", sim::to_json_schema(declare_all, "mlaasim scenario"));
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand schema_subcommand() {
    return {
        .word = "schema",
        .usage = usage,
        .forms = {{.purpose =
                       "JSON Schema of scenarios, for editors; with --markdown the reference page, with --study that "
                       "of study files",
                   .options = schema_options()}},
        .carry_out = OnRankZero{schema}};
}

}  // namespace mlaasim::app
