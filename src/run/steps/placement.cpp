#include "run/steps/placement.hpp"

#include <algorithm>

namespace mlaasim::run {

std::vector<double> training_costs(const World& world, std::span<const sim::ServiceId> services) {
    std::vector<double> costs(services.size());
    std::transform(services.begin(), services.end(), costs.begin(),
                   [&](sim::ServiceId service) { return world.training_cost(service); });
    return costs;
}

sim::Decomposition services_on_ranks(const World& world, std::span<const sim::ServiceId> services, int ranks) {
    return sim::Decomposition::balance(training_costs(world, services), ranks);
}

bool votes_decide(const World& world, std::span<const sim::ServiceId> voters) {
    return world.scenario().is_ensemble() && !voters.empty();
}

sim::Decomposition clients_on_ranks(const World& world, int ranks) {
    return sim::Decomposition::balance(std::vector<double>(world.clients(), 1.0), ranks);
}

double samples_of_client(const World& world, sim::ClientId client, std::int64_t limit) {
    std::vector<std::uint32_t> indices;
    return static_cast<double>(world.client_stream(client, sim::Round{1}, indices, limit).indices.size());
}

double samples_of_all_clients(const World& world, std::int64_t limit) {
    double samples = 0;
    for (std::uint32_t c = 0; c < world.clients(); ++c) {
        samples += samples_of_client(world, sim::ClientId{c}, limit);
    }
    return samples;
}

double assessment_samples(const World& world) {
    double samples = 0;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world.clients(); ++c) {
        samples +=
            static_cast<double>(world.assessment_samples(sim::ClientId{c}, sim::Round{1}, indices).indices.size());
    }
    return samples;
}

}  // namespace mlaasim::run
