// Composition's laboratory: the models of all ranks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "composition/laboratory.hpp"
#include "run/cluster.hpp"
#include "run/world.hpp"

namespace mlaasim::run {

/// What the laboratory has used to answer, besides the models.
struct SpentEvidence {
    std::int64_t assessed = 0;    ///< samples of all clients together on which compositions were compared
    std::int64_t unlabelled = 0;  ///< samples on which services were adapted
    std::int64_t trials = 0;      ///< trainings of candidates

    /// Takes in what another part of the round has used: of the same samples, but other trainings.
    void include(const SpentEvidence& other) {
        assessed = std::max(assessed, other.assessed);
        unlabelled = std::max(unlabelled, other.unlabelled);
        trials += other.trials;
    }
};

/// Of the round that goes on.
class ClusterLaboratory final : public composition::Laboratory {
public:
    /// `observe` sees the report of every trial. `states`: by which clients are served.
    ClusterLaboratory(const World& world, Cluster& cluster, std::function<void(const ServiceReport&)> observe,
                      std::vector<ServedState> states);

    composition::LeaveOneOut leave_one_out(std::span<const sim::ServiceId> members) override;
    composition::PairedLosses paired_losses(std::span<const sim::ServiceId> members) override;
    std::vector<double> update_distances(std::span<const sim::ServiceId> members) override;
    composition::ComposedModel compose(std::span<const sim::ServiceId> members) override;
    void serve(sim::ModelId model) override;
    [[nodiscard]] composition::Adaptable adaptable() const override;
    std::vector<composition::TestTimeAdaptation> adapt(std::span<const sim::ServiceId> services,
                                                       sim::ModelId against) override;
    std::vector<composition::TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates) override;
    composition::Evaluation evaluate(std::span<const sim::ServiceId> voters) override;

    [[nodiscard]] const SpentEvidence& spent() const { return spent_; }
    /// What the last evaluate() found, by client; empty before the first.
    [[nodiscard]] const std::vector<fl::Confusion>& evaluated() const { return evaluated_; }

private:
    const World& world_;
    Cluster& cluster_;
    std::function<void(const ServiceReport&)> observe_;
    std::vector<ServedState> states_;
    std::uint32_t made_ = 0;  ///< models of this round
    SpentEvidence spent_;
    std::vector<fl::Confusion> evaluated_;
};

/// Correct share of a report's holdout samples; 0 without any.
[[nodiscard]] double effectiveness_of(const ServiceReport& report);

}  // namespace mlaasim::run
