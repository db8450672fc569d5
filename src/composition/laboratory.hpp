// All that policy may do with models. The leaf trains and evaluates them on the ranks; tests have a fake.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/parameter_layout.hpp"

namespace mlaasim::composition {

/// A composition's accuracy with all its members, and without each of them.
struct LeaveOneOut {
    double whole = 0;
    std::vector<double> without{};  ///< by member
};

/// Losses of a composition with and without each of its members, sample by sample.
struct PairedLosses {
    double whole = 0;  ///< mean Brier loss of the composition, in [0, 2]
    /// By member and labelled sample: half of what the Brier loss would fall by without the member, in [-1, 1].
    std::vector<std::vector<double>> harms{};
};

/// Losses of random halves of a composition.
struct HalvesLosses {
    double whole = 0;  ///< mean Brier loss of the composition, in [0, 2]
    /// By member and pair of halves: half of what the mean Brier loss is higher of the half with the member than of the
    /// other, in [-1, 1].
    std::vector<std::vector<double>> harms{};
};

/// A composition that differs from another in one member: who leaves, who joins in its place. Either may be nobody.
struct Change {
    sim::ServiceId leaves{};
    sim::ServiceId joins{};

    friend bool operator==(const Change&, const Change&) = default;
};

/// Which of the labelled samples of a round: they come client by client, in random order, so every other one is a fair
/// half.
enum class LabelledSamples { all, every_other };

/// What changes of a composition would do to its losses, sample by sample.
struct ChangedLosses {
    std::vector<double> whole{};  ///< Brier loss of the composition as it is, by labelled sample, in [0, 2]
    /// By change and labelled sample: half of what the Brier loss would fall by with the change, in [-1, 1].
    std::vector<std::vector<double>> gains{};
};

/// The model that a composition makes.
struct ComposedModel {
    sim::ModelId model{};                          ///< its name in the laboratory, until the round ends
    std::span<const float> parameters{};           ///< flat, valid as long; empty for models without shared weights
    const sim::ParameterLayout* layout = nullptr;  ///< of the parameters; lives as long as the laboratory
};

/// Whether the models can be adapted at test time by the chosen technique (most need batch norm).
enum class Adaptable { no, yes };

/// One service's test-time adaptation by one technique, and its composability scores; scores that are absent are NaN.
struct TestTimeAdaptation {
    sim::ServiceId service{};
    std::string_view technique{};  ///< the name of the technique; a text that is never freed
    std::int64_t samples = 0;      ///< that it adapted on
    double wdm = 0, ucs = 0, bnuas = 0, bndas = 0, pdam = 0;
    double score = 0;
    bool composable = false;
    bool integrated = false;     ///< the service's update is now what came of it
    bool arrived = false;        ///< of an integrated one: what came of it is so near that it stays as it is
    std::string_view failure{};  ///< why nothing came of it: "diverged"; a text that is never freed
};

/// One candidate's local training in the round, outside the composition.
struct TrialUpdate {
    sim::ServiceId service;
    bool trained = false;                  ///< false: outage or divergence; the rest is then unused
    std::vector<float> parameters{};       ///< flat, as the composition's; empty for models without shared weights
    double effectiveness = 0;              ///< on the evaluation data
    std::optional<double> disagreement{};  ///< with the performing composition, for models without shared weights
};

/// One round's models. Services named here have been trained in this round, except the candidates of a trial.
class Laboratory {
public:
    virtual ~Laboratory() = default;

    /// The class of the round's labelled samples, where all of them have the same one. What such samples prove holds
    /// for that class alone.
    [[nodiscard]] virtual std::optional<std::uint32_t> only_labelled_class() = 0;

    /// On the labelled samples of the round. `members` are all that make the round's composition, at least two.
    virtual LeaveOneOut leave_one_out(std::span<const sim::ServiceId> members) = 0;
    /// On the same samples. Each harm is a multiple of 2^-24, so that sums of them have the same bits in any order.
    virtual PairedLosses paired_losses(std::span<const sim::ServiceId> members) = 0;
    /// Divides the members by chance into two parts, `pairs` times, and compares what the two parts make. On the same
    /// samples, but each pair has some of its own; so there are no more pairs than samples.
    virtual HalvesLosses random_halves(std::span<const sim::ServiceId> members, std::int64_t pairs) = 0;
    /// On the same samples. `composed` is what compose() made of the members. Who leaves is a member, with others; who
    /// joins has been trained on trial in this round. Each gain is a multiple of 2^-24, each loss of 2^-23. Of every
    /// other sample, beginning with the first, they are what they are of all.
    virtual ChangedLosses changed_losses(std::span<const sim::ServiceId> members, sim::ModelId composed,
                                         std::span<const Change> changes, LabelledSamples samples) = 0;
    /// Distance of each member's update to the composition's own, in the order of the members, by the
    /// distance that the scenario's assessment asks for (AssessmentOptions).
    virtual std::vector<double> update_distances(std::span<const sim::ServiceId> members) = 0;

    /// How far the data of each of these services are from the labelled samples of the round, in their order: about 0
    /// where they are alike, infinite where that can't be told (tta::Fingerprint).
    virtual std::vector<double> data_distances(std::span<const sim::ServiceId> services) = 0;

    /// Makes the model that these members' updates are the average of. It does not serve.
    virtual ComposedModel compose(std::span<const sim::ServiceId> members) = 0;
    /// A model that was made becomes the one that serves.
    virtual void serve(sim::ModelId model) = 0;

    [[nodiscard]] virtual Adaptable adaptable() const = 0;
    /// Adapts services at test time, one result for each technique, in any order. Results are compared with the model
    /// `against`; of a service's composable ones one is integrated: its update changes.
    virtual std::vector<TestTimeAdaptation> adapt(std::span<const sim::ServiceId> services, sim::ModelId against) = 0;

    /// Trains candidates from where the members started. One result per candidate, in the same order. `attempt`: of
    /// these candidates in this round, from 0; each draws random numbers of its own.
    virtual std::vector<TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates,
                                                    std::uint32_t attempt) = 0;
    /// Trains services, members too, from a model that compose() made in this round; no model: from the one before any
    /// training. Their updates of the round are replaced. Results have no parameters. Only where members' parameters
    /// are averaged. `attempt`: from 1; members have trained before.
    virtual std::vector<TrialUpdate> train_from(sim::ModelId model, std::span<const sim::ServiceId> services,
                                                std::uint32_t attempt) = 0;

    /// Of the composition that serves, on the labelled samples. Ensembles vote with `voters`.
    virtual double accuracy(std::span<const sim::ServiceId> voters) = 0;
};

}  // namespace mlaasim::composition
