// How far services' data lie from the clients' streams.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/steps/update_distances.hpp"
#include "run/worker.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::run {

/// Compares class by class what the first layer of the composition that serves makes of a service's training samples
/// (64 of them, evenly spread) and of the round's labelled samples (tta::Fingerprint).
struct DataDistancesStep {
    /// By id, on rank 0; infinite where nothing can be compared.
    using Result = std::vector<ServiceValue>;

    std::vector<sim::ServiceId> services{};

    static constexpr std::tuple fields{&DataDistancesStep::services};
    [[nodiscard]] std::string name() const { return "comparison of data"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
