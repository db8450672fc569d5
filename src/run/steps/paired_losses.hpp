// Losses of a composition with and without each of its members, sample by sample.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Scores the composition that serves on the labelled samples of the round, then without each of its members.
struct PairedLossesStep {
    /// Brier losses in units of LossTable: of the whole on every sample, then without each member, in their order.
    /// Samples are in the order of the clients.
    using Result = std::vector<std::int64_t>;

    std::vector<sim::ServiceId> members{};  ///< all whose updates the model is the mean of (or that vote), at least two

    static constexpr std::tuple fields{&PairedLossesStep::members};
    [[nodiscard]] std::string name() const { return "comparison of losses"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
