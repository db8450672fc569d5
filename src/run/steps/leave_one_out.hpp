// What a composition is worth without each of its members.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "run/steps/cost.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Scores the composition that serves on the samples kept for assessment, then without each of its members.
struct LeaveOneOutStep {
    /// Accuracy of the whole, then without each member, in their order.
    using Result = std::vector<double>;

    std::vector<sim::ServiceId> members{};  ///< all whose updates the model is the mean of (or that vote), at least two

    static constexpr std::tuple fields{&LeaveOneOutStep::members};
    [[nodiscard]] std::string name() const { return "leave-one-out assessment"; }
    Result carry_out(Worker& worker) const;
    [[nodiscard]] std::vector<StepCost> costs(const World& world, int ranks) const;
};

}  // namespace mlaasim::run
