// Losses of random halves of a composition.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// By pair and member, in the order of the members: whether the member is in the first half; else it is in the other.
/// Each member is in either with the same chance, whatever the others do, but for pairs of which one half has nobody:
/// those are drawn anew. The same on every rank.
[[nodiscard]] std::vector<std::vector<bool>> drawn_halves(std::size_t members, std::size_t pairs, sim::Seed seed,
                                                          sim::Round round);

/// Scores the composition that serves on the labelled samples of the round, and random halves of it on some of them: of
/// P pairs, the p-th has every P-th sample, beginning with the p-th, of all clients one behind the other.
struct RandomHalvesStep {
    /// Brier losses in units of LossTable, three numbers of every sample: of the whole, of the first half of the
    /// sample's pair, of the other half. First those of the whole. Samples are in the order of the clients.
    using Result = std::vector<std::int64_t>;

    std::vector<sim::ServiceId> members{};  ///< all whose updates the model is the mean of (or that vote), at least two
    std::int64_t pairs = 1;                 ///< no more than there are samples

    static constexpr std::tuple fields{&RandomHalvesStep::members, &RandomHalvesStep::pairs};
    [[nodiscard]] std::string name() const { return "comparison of random halves"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
