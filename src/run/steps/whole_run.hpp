// Steps that belong to the run as a whole: return to a checkpoint, times, the end.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/steps/done.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Puts the models of a checkpoint back.
struct RestoreStep {
    using Result = Done;

    std::vector<sim::ServiceId> services{};
    std::vector<float> parameters{};  ///< of the composition that serves, then of each service

    static constexpr std::tuple fields{&RestoreStep::services, &RestoreStep::parameters};
    [[nodiscard]] std::string name() const { return "return to the checkpoint"; }
    Result carry_out(Worker& worker) const;
};

/// The times that ranks have measured since the last such step.
struct CollectTimingStep {
    using Result = std::vector<sim::TimingRecord>;  ///< on rank 0

    static constexpr std::tuple<> fields{};
    [[nodiscard]] std::string name() const { return "collection of times"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] static std::vector<StepCost> costs(const World& world, int ranks);
};

/// Whether any rank was asked to stop by a signal.
struct VoteToStopStep {
    using Result = bool;  ///< on every rank

    static constexpr std::tuple<> fields{};
    [[nodiscard]] std::string name() const { return "end"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] static std::vector<StepCost> costs(const World& world, int ranks);
};

/// Ends the loop of every rank.
struct StopStep {
    using Result = Done;

    static constexpr std::tuple<> fields{};
    [[nodiscard]] std::string name() const { return "end of the run"; }
    Result carry_out(Worker& worker) const;
};

}  // namespace mlaasim::run
