#include "run/steps/compose.hpp"

#include <span>
#include <utility>

#include "run/steps/placement.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

Done ComposeStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("compose");
    stopwatch.items = static_cast<std::int64_t>(services.size());
    fl::FixedPointSum sum = worker.empty_sum();
    std::vector<std::span<const float>> rows;
    std::vector<std::int64_t> weights;
    for (const sim::ServiceId service : worker.updates().owned(services)) {
        rows.emplace_back(worker.updates().own(service));
        weights.push_back(worker.weight(service));
    }
    for (const fl::FixedPointSum::Outcome outcome : sum.add(rows, weights)) {
        sim::expects(outcome == fl::FixedPointSum::Outcome::added, "kept updates can be added");
    }
    worker.communicator().sum(sum.units());
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
