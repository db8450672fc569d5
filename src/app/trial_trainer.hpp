// Composition's Trainer on the cluster: candidates train for one round from the composition's parameters.
#pragma once

#include <functional>
#include <vector>

#include "app/cluster.hpp"
#include "composition/interfaces.hpp"

namespace mlaasim::app {

class TrialTrainer final : public composition::Trainer {
public:
    /// `observe` sees every report, for the trace and the marketplace.
    TrialTrainer(Cluster& cluster, sim::Round round, StartFrom start,
                 std::function<void(const ServiceReport&)> observe);

    std::vector<composition::TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates) override;

private:
    Cluster& cluster_;
    sim::Round round_;
    StartFrom start_;
    std::function<void(const ServiceReport&)> observe_;
};

/// Correct share of a report's holdout samples; 0 without any.
[[nodiscard]] double effectiveness_of(const ServiceReport& report);

}  // namespace mlaasim::app
