// Composition's laboratory: the models of all ranks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "composition/laboratory.hpp"
#include "run/adapted_services.hpp"
#include "run/cluster.hpp"
#include "run/world.hpp"

namespace mlaasim::run {

/// What the laboratory has used to answer, besides the models.
struct SpentEvidence {
    std::int64_t labels = 0;      ///< samples of all clients together on which compositions were compared
    std::int64_t unlabelled = 0;  ///< samples on which services were adapted
    std::int64_t trials = 0;      ///< trainings of candidates

    /// Takes in what another part of the round has used: of the same samples, but other trainings.
    void include(const SpentEvidence& other) {
        labels = std::max(labels, other.labels);
        unlabelled = std::max(unlabelled, other.unlabelled);
        trials += other.trials;
    }
};

/// Of the round that goes on.
class ClusterLaboratory final : public composition::Laboratory {
public:
    /// `observe` sees the report of every trial. `adapted`: of rounds before; adaptations of this round add to it.
    /// `weight`: of all members that have been trained.
    ClusterLaboratory(const World& world, Cluster& cluster, AdaptedServices& adapted, std::int64_t weight,
                      std::function<void(const ServiceReport&)> observe);

    [[nodiscard]] std::optional<std::uint32_t> only_labelled_class() override;
    composition::LeaveOneOut leave_one_out(std::span<const sim::ServiceId> members) override;
    composition::PairedLosses paired_losses(std::span<const sim::ServiceId> members) override;
    composition::HalvesLosses random_halves(std::span<const sim::ServiceId> members, std::int64_t pairs) override;
    composition::ChangedLosses changed_losses(std::span<const sim::ServiceId> members, sim::ModelId composed,
                                              std::span<const composition::Change> changes,
                                              composition::LabelledSamples samples) override;
    std::vector<double> data_distances(std::span<const sim::ServiceId> services) override;
    std::vector<double> update_distances(std::span<const sim::ServiceId> members) override;
    composition::ComposedModel compose(std::span<const sim::ServiceId> members) override;
    void serve(sim::ModelId model) override;
    [[nodiscard]] composition::Adaptable adaptable() const override;
    std::vector<composition::TestTimeAdaptation> adapt(std::span<const sim::ServiceId> services,
                                                       sim::ModelId against) override;
    std::vector<composition::TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates,
                                                         std::uint32_t attempt) override;
    std::vector<composition::TrialUpdate> train_from(sim::ModelId model, std::span<const sim::ServiceId> services,
                                                     std::uint32_t attempt) override;
    double accuracy(std::span<const sim::ServiceId> voters) override;

    [[nodiscard]] const SpentEvidence& spent() const { return spent_; }

private:
    std::vector<composition::TrialUpdate> on_trial(TrainStep step);

    const World& world_;
    Cluster& cluster_;
    AdaptedServices& adapted_;
    std::int64_t weight_;
    std::function<void(const ServiceReport&)> observe_;
    std::vector<std::vector<sim::ServiceId>> composed_;  ///< members of this round's models, in the order of their ids
    SpentEvidence spent_;
};

/// Correct share of a report's holdout samples; 0 without any.
[[nodiscard]] double effectiveness_of(const ServiceReport& report);

}  // namespace mlaasim::run
