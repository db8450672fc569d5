// A model from kept updates, and the model that serves.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/steps/done.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Makes a model: the mean of the kept updates of some services.
struct ComposeStep {
    using Result = Done;

    sim::ModelId model{};
    std::vector<sim::ServiceId> services{};

    static constexpr std::tuple fields{&ComposeStep::model, &ComposeStep::services};
    [[nodiscard]] std::string name() const { return "composition of models"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

/// A model of this round serves from now on.
struct ServeStep {
    using Result = Done;

    sim::ModelId model{};

    static constexpr std::tuple fields{&ServeStep::model};
    [[nodiscard]] std::string name() const { return "change of the model that serves"; }
    Result carry_out(Worker& worker) const;
};

}  // namespace mlaasim::run
