// What a kind needs of the scenario in which it is chosen.
#pragma once

#include <cstdint>
#include <vector>

namespace mlaasim::sim {

/// A kind declares its needs by `needs()`; before a run they are compared with what the scenario has.
enum class Need : std::uint8_t {
    images,      ///< samples that have rows and columns
    series,      ///< samples that are series over time, such as those of sensors
    batch_norm,  ///< a model with batch normalisation
    labels,      ///< labelled samples that are never scored
    unlabelled,  ///< samples of the clients' streams without labels
    trials,      ///< trainings of candidates on trial
    votes,       ///< a composition whose members vote
    average,     ///< a composition that averages its members' parameters
    adaptation,  ///< models that the technique of test-time adaptation can adapt
};

using Needs = std::vector<Need>;

}  // namespace mlaasim::sim
