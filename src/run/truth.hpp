// What is true of every service in a round, by the schedule of drift: what references know, and no composition could.
#pragma once

#include <vector>

#include "composition/strategy.hpp"
#include "sim/drift/schedule.hpp"

namespace mlaasim::run {

/// By service. Most clients: those with the drift that most of them have, ties to that of the client with the smallest
/// id. Drifts are compared by kind and strength: a service's labels are wrong when it has other changes of labels than
/// most clients; its inputs fit when they are nearer to those of most clients than untouched ones are, that is when
///
///     sum over corruptions |s_service - s_clients| < sum over corruptions |s_clients|
///
/// with the strengths of each kind of corruption added up. Where most clients' inputs are untouched, none fit better.
[[nodiscard]] std::vector<composition::ServiceTruth> truth_of(const sim::DriftSchedule& drift, std::uint32_t services,
                                                              std::uint32_t clients, sim::Round round);

}  // namespace mlaasim::run
