// How far members' updates lie from the composition's.
#pragma once

#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::run {

/// A number that belongs to one service.
struct ServiceValue {
    sim::ServiceId service{};
    double value = 0.0;
};

/// Of a step after which rank 0 has a number of each of these services.
[[nodiscard]] std::vector<StepCost> costs_of_values(const World& world, std::span<const sim::ServiceId> services,
                                                    int ranks);

/// Distance of each kept update to the update of the composition that serves, both from the model at the round's start,
/// by the scenario's kind of distance.
struct UpdateDistancesStep {
    using Result = std::vector<ServiceValue>;  ///< by id, on rank 0

    std::vector<sim::ServiceId> services{};

    static constexpr std::tuple fields{&UpdateDistancesStep::services};
    [[nodiscard]] std::string name() const { return "assessment of updates"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
