// Test-time adaptation of services.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/steps/done.hpp"
#include "run/worker.hpp"
#include "tta/techniques/attempt.hpp"

namespace mlaasim::run {

/// The result of one service's adaptation by one technique; a score that does not apply is NaN.
struct AdaptationReport {
    sim::ServiceId service{};
    std::uint32_t technique = 0;  ///< its place in the scenario
    tta::AttemptOutcome outcome = tta::AttemptOutcome::adapted;
    std::int64_t samples = 0;
    double wdm = 0, ucs = 0, bnuas = 0, bndas = 0, pdam = 0;
    double score = 0;
    std::uint8_t composable = 0;
    std::uint8_t integrated = 0;   ///< of the composable ones the technique that was chosen
    std::uint8_t arrived = 0;      ///< and the service stays as it is, because its adapted form is near
    std::uint64_t remembered = 0;  ///< numbers in the memory
};

/// Adapts the kept updates of some services on the clients' streams, by each technique, and checks them against a model
/// of this round. Of the composable ones the integration chooses what the kept update becomes.
struct AdaptStep {
    struct Adapted {
        AdaptationReport report{};
        tta::Memory memory{};
    };
    using Result = std::vector<Adapted>;  ///< by id and technique, on rank 0

    sim::ModelId against{};
    std::vector<sim::ServiceId> voters{};  ///< of an ensemble: predictions are compared with the vote of these
    std::vector<sim::ServiceId> services{};
    std::int64_t weight = 0;                  ///< of all members that the composition averages
    std::vector<std::uint64_t> remembered{};  ///< numbers in each memory: by service and technique
    std::vector<double> memories{};           ///< one after the other

    static constexpr std::tuple fields{&AdaptStep::against, &AdaptStep::voters,     &AdaptStep::services,
                                       &AdaptStep::weight,  &AdaptStep::remembered, &AdaptStep::memories};
    [[nodiscard]] std::string name() const { return "adaptation at test time"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

/// From now on the technique that adjusts predictions adjusts those of these members of an ensemble, and no others'.
struct AdjustStep {
    using Result = Done;

    std::vector<sim::ServiceId> services{};

    static constexpr std::tuple fields{&AdjustStep::services};
    [[nodiscard]] std::string name() const { return "adjustment of predictions"; }
    Result carry_out(Worker& worker) const;
};

}  // namespace mlaasim::run
