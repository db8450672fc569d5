#include "run/steps/compose.hpp"

#include <utility>

#include "run/steps/sum_of_updates.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

Done ComposeStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("compose");
    stopwatch.items = static_cast<std::int64_t>(services.size());
    fl::FixedPointSum sum = sum_of_updates(services, worker);
    sim::expects(sum.weight() > 0, "a composition has members with updates");
    NamedModel& made = worker.models().make(model);
    made.parameters.resize(worker.parameter_count());
    sum.mean(made.parameters);
    made.sum = std::move(sum);
    return {};
}

std::vector<StepCost> ComposeStep::costs(const World& world, int ranks) const {
    return std::vector<StepCost>(static_cast<std::size_t>(ranks),
                                 {.sums = 1, .summed_numbers = static_cast<double>(world.model().layout().size())});
}

Done ServeStep::carry_out(Worker& worker) const {
    const Stopwatch stopwatch = worker.stopwatch("compose");
    worker.models().serve(model);
    return {};
}

}  // namespace mlaasim::run
