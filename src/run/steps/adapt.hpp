// Test-time adaptation of services.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// The result of one service's test-time adaptation; a score that does not apply is NaN.
struct AdaptationReport {
    sim::ServiceId service{};
    std::int64_t samples = 0;
    double wdm = 0, ucs = 0, bnuas = 0, bndas = 0, pdam = 0;
    double score = 0;
    std::uint8_t composable = 0;
};

/// Adapts the kept updates of some services on the clients' streams, and checks them against a model of this round.
/// Those that are composable replace the kept update.
struct AdaptStep {
    using Result = std::vector<AdaptationReport>;  ///< by id, on rank 0

    sim::ModelId against{};
    std::vector<sim::ServiceId> services{};

    static constexpr std::tuple fields{&AdaptStep::against, &AdaptStep::services};
    [[nodiscard]] std::string name() const { return "adaptation at test time"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
