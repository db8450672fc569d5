// The composition on the clients' streams.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "fl/confusion.hpp"
#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Scores the composition that serves on every client's stream.
struct EvaluateStep {
    using Result = std::vector<fl::Confusion>;  ///< by client, on rank 0

    std::vector<sim::ServiceId> voters{};  ///< of an ensemble

    static constexpr std::tuple fields{&EvaluateStep::voters};
    [[nodiscard]] std::string name() const { return "evaluation"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
