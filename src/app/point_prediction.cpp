#include "app/point_prediction.hpp"

#include <malloc.h>

#include <memory>
#include <utility>

#include "app/plan.hpp"
#include "fl/engine.hpp"
#include "fl/local_training.hpp"
#include "run/notices.hpp"
#include "run/process.hpp"
#include "run/scenario.hpp"
#include "run/worker.hpp"
#include "run/world.hpp"
#include "sim/data/cache.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::app {
namespace {

/// A part of a run that no plan counts: libraries are loaded, the trace is made. Measured.
constexpr double start_seconds = 0.6;

/// What the rates of a machine depend on, as a text.
std::string kind_of_work(const run::Scenario& scenario) {
    run::Scenario part;
    part.data = scenario.data;
    part.model = scenario.model;
    part.engine = scenario.engine;
    part.training.batch_size = scenario.training.batch_size;
    part.evaluation.batch_size = scenario.evaluation.batch_size;
    part.composition.aggregation = scenario.composition.aggregation;
    return run::to_yaml(std::move(part));
}

}  // namespace

PointPredictor::PointPredictor(sim::DataPlaces places) : places_{std::move(places)} {
    fl::use_one_thread();
    run::apply_instruction_set();
}

PointPrediction PointPredictor::predict(const std::string& yaml) {
    run::Scenario scenario = run::read_scenario(sim::OptionsDocument{yaml, "the point's scenario"}, places_);
    const sim::ResolvedData resolved = sim::resolve_data(scenario.data, places_.data_folder);
    scenario.data.source = resolved.source;
    const std::string kind = kind_of_work(scenario);
    ::malloc_trim(0);  // what the point before held is not held by this one
    const run::World world{scenario, sim::open_data(resolved, run::print_note)};
    run::Worker worker{world, sim::Communicator::serial()};
    auto known = rates_.find(kind);
    if (known == rates_.end()) {
        known = rates_.emplace(kind, measure_rates(world, worker, members_of(scenario))).first;
    }
    const Plan plan = plan_of(world, {}, known->second, run::private_mib());
    return {.seconds = start_seconds + plan.total_s, .memory_mib = plan.memory_mib.most};
}

}  // namespace mlaasim::app
