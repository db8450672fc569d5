// How the members' models become one.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::fl {

/// fedavg: parameters averaged by sample count (McMahan et al. 2017); uniform: averaged, each member alike; soft_vote:
/// an ensemble, every member keeps its model and probabilities are averaged.
enum class Aggregation { fedavg, uniform, soft_vote };

[[nodiscard]] inline std::vector<sim::Choice> choices_of(Aggregation /*aggregation*/) {
    return {{"fedavg", static_cast<int>(Aggregation::fedavg), "parameters averaged, weighted by training samples"},
            {"uniform", static_cast<int>(Aggregation::uniform), "parameters averaged, each member alike"},
            {"soft_vote", static_cast<int>(Aggregation::soft_vote),
             "ensemble: members keep their own models, class probabilities are averaged"}};
}

/// A member's weight in the average.
[[nodiscard]] constexpr std::int64_t aggregation_weight(Aggregation aggregation, std::int64_t samples) {
    return aggregation == Aggregation::fedavg ? samples : 1;
}

}  // namespace mlaasim::fl
