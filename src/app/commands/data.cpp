// `mlaasim data preview`: what a scenario's data look like, as a picture.
#include <fmt/core.h>

#include <boost/program_options.hpp>
#include <filesystem>
#include <string>

#include "app/commands/scenario_arguments.hpp"
#include "app/preview.hpp"
#include "run/setup.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage =
    "mlaasim data preview SCENARIO.yaml [--kinds] [--samples N] [--output FILE] [--set key.path=value ...] [--data "
    "DIR]";

po::options_description data_options() {
    po::options_description options = scenario_options();
    options.add_options()("kinds", "show every kind of drift with its defaults, not those of the scenario")(
        "samples", po::value<int>()->default_value(10)->value_name("N"), "samples in a row")(
        "output,o", po::value<std::string>()->default_value("preview.png")->value_name("FILE"), "the picture, a PNG");
    return options;
}

int preview(const Arguments& arguments) {
    const ScenarioArguments given{arguments, data_options(), usage};
    constexpr int most_samples = 100;
    const int samples = given.value<int>("samples");
    if (samples < 1 || samples > most_samples) {
        throw sim::InputError({.what = fmt::format("--samples is {}", samples), .expected = "1 to 100"});
    }
    try {
        const run::Setup setup =
            run::set_up({.scenario_file = given.file(), .overrides = given.overrides(), .places = given.data_places()},
                        sim::Communicator::serial());
        const Preview sheet = preview_of(*setup.world, given.has("kinds") ? PreviewRows::kinds : PreviewRows::schedule,
                                         static_cast<std::uint32_t>(samples));
        const std::filesystem::path output = given.value<std::string>("output");
        study::write_whole_file(output, {reinterpret_cast<const char*>(sheet.png.data()), sheet.png.size()});
        fmt::print("{}: the first samples of the test data, from the top\n", sim::escaped(output.string()));
        for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
            fmt::print("{:4}  {}\n", row + 1, sheet.rows[row]);
        }
        return static_cast<int>(sim::ExitCode::success);
    } catch (const run::SetupFailed& failed) {
        return failed.exit_code;
    }
}

int data(const Arguments& arguments) {
    if (arguments.empty() || arguments.front() != "preview") {
        throw sim::InputError(sim::Problem{
            .what = arguments.empty() ? "data needs an action" : "unknown action \"" + arguments.front() + "\"",
            .expected = usage});
    }
    return preview({arguments.begin() + 1, arguments.end()});
}

}  // namespace

Subcommand data_subcommand() {
    return {
        .word = "data",
        .usage = usage,
        .about =
            "Draws the first samples of the test data: clean ones, and below them the same under each drift of the\n"
            "scenario at its full strength. Colours are shown as grey, a time series as one strip a channel.\n",
        .forms = {{.second_word = "preview",
                   .operands = {Operand::scenario_file},
                   .purpose = "a picture of a scenario's data, clean and under each drift",
                   .options = data_options()}},
        .carry_out = OnRankZero{data}};
}

}  // namespace mlaasim::app
