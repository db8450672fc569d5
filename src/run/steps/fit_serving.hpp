// How each client is to be served, from what its window has shown.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/serving_view.hpp"
#include "run/steps/cost.hpp"
#include "run/steps/done.hpp"
#include "run/worker.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::run {

/// Looks at the window of each client in this round.
struct FitServingStep {
    struct Report {
        sim::ClientId client{};
        sim::ClientId group{};       ///< as ServedState::group
        sim::Round drifted_since{};  ///< as ServedState::drifted_since
        sim::Round drifted_last{};
        tta::Decision decision{};
    };
    using Result = std::vector<Report>;  ///< by client, on rank 0

    std::vector<sim::ServiceId> members{};  ///< that serve: their providers' samples are what windows are compared with
    std::vector<ServedState> states{};      ///< as the clients have been served so far, by client

    static constexpr std::tuple fields{&FitServingStep::members, &FitServingStep::states};
    [[nodiscard]] std::string name() const { return "fitting of what clients are served"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

/// Turns back the round's labelled samples of clients that are served aligned: assessments and responses judge
/// members on what those clients get, not on what alignment mends anyway. Samples of clients that are served by an
/// adapted model stay as they are.
struct LabelledAsServedStep {
    using Result = Done;

    std::vector<ServedState> states{};  ///< as the clients are served from the next round on

    static constexpr std::tuple fields{&LabelledAsServedStep::states};
    [[nodiscard]] std::string name() const { return "alignment of labelled samples"; }
    Result carry_out(Worker& worker) const;
};

}  // namespace mlaasim::run
