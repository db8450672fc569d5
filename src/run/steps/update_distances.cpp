#include "run/steps/update_distances.hpp"

#include "composition/assessment/functional.hpp"
#include "run/service_lists.hpp"
#include "run/steps/placement.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

UpdateDistancesStep::Result UpdateDistancesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("distances");
    const std::vector<sim::ServiceId> own = worker.updates().owned(services);
    stopwatch.items = static_cast<std::int64_t>(own.size());
    std::vector<std::span<const float>> rows;
    rows.reserve(own.size());
    for (const sim::ServiceId service : own) {
        rows.emplace_back(worker.updates().own(service));
    }
    const World& world = worker.world();
    const composition::UpdateDistance* const distance = world.scenario().assessment->update_distance();
    sim::expects(distance != nullptr, "the assessment compares updates");
    const std::vector<double> values =
        composition::update_distances(rows, worker.models().parameters(model_at_start),
                                      worker.models().parameters(served_model), world.model().layout(), *distance);
    Result distances;
    for (std::size_t i = 0; i < own.size(); ++i) {
        distances.push_back({own[i], values[i]});
    }
    return by_service(worker.communicator().gather_records(distances));
}

std::vector<StepCost> costs_of_values(const World& world, std::span<const sim::ServiceId> services, int ranks) {
    const sim::Decomposition placement = services_on_ranks(world, services, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks), {.gathers = 1});
    for (int rank = 1; rank < ranks; ++rank) {
        costs[static_cast<std::size_t>(rank)].sent_bytes =
            static_cast<double>(placement.items(rank).size() * sizeof(ServiceValue));
    }
    return costs;
}

std::vector<StepCost> UpdateDistancesStep::costs(const World& world, int ranks) const {
    return costs_of_values(world, services, ranks);
}

}  // namespace mlaasim::run
