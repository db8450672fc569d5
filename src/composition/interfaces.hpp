// What composition needs of the layers that train models; the leaves live above.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/ids.hpp"

namespace mlaasim::composition {

/// One candidate's local training in the round, outside the composition.
struct TrialUpdate {
    sim::ServiceId service;
    bool trained = false;                  ///< false: outage or divergence; the rest is then unused
    std::vector<float> parameters{};       ///< flat, as the composition's; empty for models without shared weights
    double effectiveness = 0;              ///< on the evaluation data
    std::optional<double> disagreement{};  ///< with the performing composition, for models without shared weights
};

class Trainer {
public:
    virtual ~Trainer() = default;

    /// One result per candidate, in the same order.
    virtual std::vector<TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates) = 0;
};

}  // namespace mlaasim::composition
