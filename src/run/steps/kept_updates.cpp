#include "run/steps/kept_updates.hpp"

#include "run/steps/placement.hpp"

namespace mlaasim::run {

FetchUpdatesStep::Result FetchUpdatesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("fetch");
    stopwatch.items = static_cast<std::int64_t>(services.size());
    return worker.updates().gather(services, worker.communicator());
}

std::vector<StepCost> FetchUpdatesStep::costs(const World& world, int ranks) const {
    const sim::Decomposition placement = services_on_ranks(world, services, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks), {.gathers = 2});  // ids, and their rows
    for (int rank = 1; rank < ranks; ++rank) {
        costs[static_cast<std::size_t>(rank)].sent_bytes = static_cast<double>(
            placement.items(rank).size() * (world.model().layout().size() * sizeof(float) + sizeof(sim::ServiceId)));
    }
    return costs;
}

Done ForgetUpdatesStep::carry_out(Worker& worker) const {
    worker.updates().forget_all_but(all_but);
    return {};
}

}  // namespace mlaasim::run
