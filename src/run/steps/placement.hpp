// Which rank does what part of a step: a function of the scenario and the number of ranks.
#pragma once

#include <span>
#include <vector>

#include "run/world.hpp"
#include "sim/core/ids.hpp"
#include "sim/parallel/decomposition.hpp"

namespace mlaasim::run {

/// The predicted cost of training each of these services.
[[nodiscard]] std::vector<double> training_costs(const World& world, std::span<const sim::ServiceId> services);
/// Services on ranks, by the cost of their training. Items are positions in `services`.
[[nodiscard]] sim::Decomposition services_on_ranks(const World& world, std::span<const sim::ServiceId> services,
                                                   int ranks);
/// Whether these services answer by a vote, not by the model that serves.
[[nodiscard]] bool votes_decide(const World& world, std::span<const sim::ServiceId> voters);
/// Clients on ranks, each at the same cost. Items are clients.
[[nodiscard]] sim::Decomposition clients_on_ranks(const World& world, int ranks);

/// Samples that a client streams in round 1; `limit` takes at most so many, 0 all of them.
[[nodiscard]] double samples_of_client(const World& world, sim::ClientId client, std::int64_t limit = 0);
/// The same of all clients together.
[[nodiscard]] double samples_of_all_clients(const World& world, std::int64_t limit);
/// Samples of all clients together on which round 1 would assess.
[[nodiscard]] double assessment_samples(const World& world);

}  // namespace mlaasim::run
