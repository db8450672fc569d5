#include "app/scenario_reader.hpp"

#include "run/memory_needs.hpp"
#include "run/scenario.hpp"

namespace mlaasim::app {
namespace {

/// Private memory of a small run, rounded up. Measured on experiments/quickstart.yaml.
constexpr double smallest_run_mib = 100.0;

double memory_mib(const run::Scenario& scenario) {
    double bytes = 0.0;
    for (const run::MemoryNeed& need : run::memory_needs(scenario)) {
        bytes += need.passing ? 0.0 : need.bytes;
    }
    return smallest_run_mib + bytes / (1024.0 * 1024.0);
}

study::PointScenario written_out(const run::Scenario& scenario, double memory) {
    return {.name = scenario.name,
            .rounds = scenario.rounds,
            .seed = scenario.seed,
            .memory_mib = memory,
            .yaml = run::to_yaml(scenario)};
}

}  // namespace

std::vector<study::PointScenario> ScenarioReader::read(const sim::OptionsDocument& document,
                                                       const std::vector<std::int64_t>& seeds) const {
    run::Scenario scenario = run::read_scenario(document, places_);
    const double memory = memory_mib(scenario);
    if (seeds.empty()) {
        return {written_out(scenario, memory)};
    }
    std::vector<study::PointScenario> scenarios;
    for (const std::int64_t seed : seeds) {
        scenario.seed = seed;
        scenarios.push_back(written_out(scenario, memory));
    }
    return scenarios;
}

}  // namespace mlaasim::app
