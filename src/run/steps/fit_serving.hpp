// How each client is to be served, from what its window has shown.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::run {

/// Looks at the window of each client in this round, after it was scored.
struct FitServingStep {
    struct Report {
        sim::ClientId client{};
        tta::Decision decision{};
    };
    using Result = std::vector<Report>;  ///< by client, on rank 0

    std::vector<sim::ServiceId> members{};  ///< that serve: their providers' samples are what windows are compared with

    static constexpr std::tuple fields{&FitServingStep::members};
    [[nodiscard]] std::string name() const { return "fitting of what clients are served"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
