// Composition's laboratory: the models of all ranks.
#pragma once

#include <functional>
#include <vector>

#include "composition/laboratory.hpp"
#include "run/cluster.hpp"
#include "run/world.hpp"

namespace mlaasim::run {

/// Of one round.
class ClusterLaboratory final : public composition::Laboratory {
public:
    /// `observe` sees the report of every trial.
    ClusterLaboratory(const World& world, Cluster& cluster, sim::Round round,
                      std::function<void(const ServiceReport&)> observe);

    composition::LeaveOneOut leave_one_out(std::span<const sim::ServiceId> members) override;
    std::vector<double> update_distances(std::span<const sim::ServiceId> members,
                                         composition::DistanceKind kind) override;
    composition::ComposedModel compose_aside(std::span<const sim::ServiceId> members) override;
    [[nodiscard]] composition::Adaptable adaptable() const override;
    std::vector<composition::TestTimeAdaptation> adapt(std::span<const sim::ServiceId> services) override;
    std::vector<composition::TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates) override;
    void recompose(std::span<const sim::ServiceId> members) override;
    composition::Evaluation evaluate(std::span<const sim::ServiceId> voters) override;

    /// What the last evaluate() found, by client; empty before the first.
    [[nodiscard]] const std::vector<fl::Confusion>& evaluated() const { return evaluated_; }

private:
    const World& world_;
    Cluster& cluster_;
    sim::Round round_;
    std::function<void(const ServiceReport&)> observe_;
    std::vector<fl::Confusion> evaluated_;
};

/// Where members and candidates of this scenario start their local training.
[[nodiscard]] StartFrom training_start(const Scenario& scenario);

/// Correct share of a report's holdout samples; 0 without any.
[[nodiscard]] double effectiveness_of(const ServiceReport& report);

}  // namespace mlaasim::run
