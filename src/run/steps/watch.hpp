// What the labelled samples of a round say of the composition that serves, sample by sample.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "composition/monitor/trigger.hpp"
#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Scores the composition that serves on every client's labelled samples of the round.
struct WatchStep {
    using Result = std::vector<std::vector<double>>;  ///< by client, in sample order; on rank 0

    composition::WatchedValue value = composition::WatchedValue::error;
    std::vector<sim::ServiceId> voters{};  ///< of an ensemble

    static constexpr std::tuple fields{&WatchStep::value, &WatchStep::voters};
    [[nodiscard]] std::string name() const { return "watching of labelled samples"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
