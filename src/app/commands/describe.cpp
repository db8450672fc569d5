// `mlaasim describe`: the scenario with every default written out, and which engine trains its model.
#include <fmt/core.h>

#include "app/commands/scenario_arguments.hpp"
#include "fl/engine.hpp"
#include "run/scenario.hpp"
#include "run/scenario_checks.hpp"
#include "run/setup.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim describe SCENARIO.yaml [--set key.path=value ...] [--data DIR]";

/// Which engine the scenario's model takes, as a comment that the resolved scenario can keep.
std::string engine_note(const run::Scenario& scenario) {
    const sim::KnownData data = scenario.data.source->known();
    const fl::Model model = run::model_of(scenario, data.shape, data.classes);
    const fl::EngineChoice engine = fl::choose_engine(scenario.engine, model);
    return fmt::format("# model: {}\n# engine: {}, on {}: {}\n", model.architecture(),
                       engine.fused ? "fused" : "autograd",
                       engine.fused ? fl::fused_instruction_set() : fl::torch_instruction_set(), engine.reason);
}

int describe(const Arguments& arguments) {
    const ScenarioArguments given{arguments, scenario_options(), usage};
    run::apply_instruction_set();
    const run::Scenario scenario = run::read_scenario(
        {run::read_scenario_text(given.file()), given.file(), given.overrides()}, given.data_places());
    fmt::print("{}{}", engine_note(scenario), run::to_yaml(scenario));
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand describe_subcommand() {
    return {.word = "describe",
            .usage = usage,
            .forms = {{.operands = {Operand::scenario_file},
                       .purpose = "the resolved scenario, every default written out; and which engine trains its "
                                  "model, and why",
                       .options = scenario_options()}},
            .carry_out = OnRankZero{describe}};
}

}  // namespace mlaasim::app
