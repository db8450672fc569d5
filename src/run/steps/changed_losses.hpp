// Losses of a composition and of others that differ from it in one member, sample by sample.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "composition/laboratory.hpp"
#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Scores a composition on the labelled samples of the round, then each change of it. An average's changes are scored
/// where the row of the leaving member lies, or that of the joining one where nobody leaves; so the joining rows, which
/// are few, go to all ranks. Votes are scored client by client.
struct ChangedLossesStep {
    /// Brier losses in units of LossTable: of the composition as it is on every one of the samples, then of each
    /// change, in their order. Samples are in the order of the clients.
    using Result = std::vector<std::int64_t>;

    sim::ModelId composed{};                     ///< the mean of the members' updates, made in this round
    std::vector<sim::ServiceId> members{};       ///< in the order in which they vote
    std::vector<composition::Change> changes{};  ///< each with a member that stays, or joins
    composition::LabelledSamples samples = composition::LabelledSamples::all;

    static constexpr std::tuple fields{&ChangedLossesStep::composed, &ChangedLossesStep::members,
                                       &ChangedLossesStep::changes, &ChangedLossesStep::samples};
    [[nodiscard]] std::string name() const { return "comparison of changes"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
