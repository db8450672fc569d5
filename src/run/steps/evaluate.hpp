// The composition on the clients' streams.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "fl/confusion.hpp"
#include "run/serving_view.hpp"
#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// By client, on the same samples.
struct Scores {
    std::vector<fl::Confusion> served;  ///< as the client is served
    std::vector<fl::Confusion> plain;   ///< by the composition alone
    /// Clients that were served plainly, though they have a state: the adaptation to their samples diverged.
    std::vector<sim::ClientId> diverged;
};

/// Scores the composition that serves on every client's stream.
struct EvaluateStep {
    using Result = Scores;  ///< on rank 0

    std::vector<sim::ServiceId> members{};  ///< that serve; they vote in an ensemble
    std::vector<ServedState> states{};      ///< of clients that are not served plainly, or have drifted
    bool looked_first = false;              ///< states are of this round's windows, not of those of the round before

    static constexpr std::tuple fields{&EvaluateStep::members, &EvaluateStep::states, &EvaluateStep::looked_first};
    [[nodiscard]] std::string name() const { return "evaluation"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
