// Kept updates: brought to rank 0, and forgotten.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/steps/done.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Brings kept updates to rank 0.
struct FetchUpdatesStep {
    using Result = std::vector<std::vector<float>>;  ///< in the order of the services, on rank 0

    std::vector<sim::ServiceId> services{};

    static constexpr std::tuple fields{&FetchUpdatesStep::services};
    [[nodiscard]] std::string name() const { return "collection of models"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

/// Forgets all kept updates except these.
struct ForgetUpdatesStep {
    using Result = Done;

    std::vector<sim::ServiceId> all_but{};

    static constexpr std::tuple fields{&ForgetUpdatesStep::all_but};
    [[nodiscard]] std::string name() const { return "removal of unused models"; }
    Result carry_out(Worker& worker) const;
};

}  // namespace mlaasim::run
