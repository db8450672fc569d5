// The composition on the labelled samples of the round.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Scores the composition that serves on the samples kept for assessment.
struct LabelledAccuracyStep {
    using Result = double;  ///< 0 without samples

    std::vector<sim::ServiceId> voters{};  ///< of an ensemble

    static constexpr std::tuple fields{&LabelledAccuracyStep::voters};
    [[nodiscard]] std::string name() const { return "evaluation on labelled samples"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
