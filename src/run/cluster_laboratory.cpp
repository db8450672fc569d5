#include "run/cluster_laboratory.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "run/needs.hpp"
#include "run/round_steps.hpp"
#include "run/steps/loss_table.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

std::vector<sim::ServiceId> list(std::span<const sim::ServiceId> ids) { return {ids.begin(), ids.end()}; }

/// The values of these services, in their order.
std::vector<double> in_order(const std::vector<ServiceValue>& found, std::span<const sim::ServiceId> services) {
    std::vector<double> values;
    for (const sim::ServiceId service : services) {
        const auto its = std::lower_bound(found.begin(), found.end(), service,
                                          [](const ServiceValue& v, sim::ServiceId id) { return v.service < id; });
        sim::expects(its != found.end() && its->service == service, "every service has a value");
        values.push_back(its->value);
    }
    return values;
}

/// The losses of a composition and of others, as steps give them: one row each, that of the composition first.
class LossRows {
public:
    LossRows(const std::vector<std::int64_t>& units, std::size_t others)
        : units_{units}, samples_{units.size() / (others + 1)} {}

    [[nodiscard]] std::size_t samples() const { return samples_; }
    [[nodiscard]] double mean_of_whole() const {
        const auto end = units_.begin() + static_cast<std::ptrdiff_t>(samples_);
        const auto total = static_cast<double>(std::accumulate(units_.begin(), end, std::int64_t{0}));
        return samples_ > 0 ? total / LossTable::units_per_loss / static_cast<double>(samples_) : 0.0;
    }
    [[nodiscard]] std::vector<double> whole() const {
        std::vector<double> losses;
        for (std::size_t s = 0; s < samples_; ++s) {
            losses.push_back(static_cast<double>(units_[s]) / LossTable::units_per_loss);
        }
        return losses;
    }
    /// By other and sample: half of what its loss is lower than the whole's.
    [[nodiscard]] std::vector<std::vector<double>> gains() const {
        std::vector<std::vector<double>> gains(samples_ > 0 ? units_.size() / samples_ - 1 : 0);
        for (std::size_t i = 0; i < gains.size(); ++i) {
            for (std::size_t s = 0; s < samples_; ++s) {
                gains[i].push_back(static_cast<double>(units_[s] - units_[(i + 1) * samples_ + s]) /
                                   (2.0 * LossTable::units_per_loss));
            }
        }
        return gains;
    }

    /// Of two others, over every `step`-th sample, beginning with each of the first `step`: half of what the mean loss
    /// of the first is above that of the second.
    [[nodiscard]] std::vector<double> first_above_second(std::size_t step) const {
        std::vector<std::int64_t> above(step);
        std::vector<std::int64_t> count(step);
        for (std::size_t s = 0; s < samples_; ++s) {
            above[s % step] += units_[samples_ + s] - units_[2 * samples_ + s];
            ++count[s % step];
        }
        std::vector<double> means;
        for (std::size_t i = 0; i < step; ++i) {
            means.push_back(static_cast<double>(above[i]) / (2.0 * LossTable::units_per_loss) /
                            static_cast<double>(count[i]));
        }
        return means;
    }

private:
    const std::vector<std::int64_t>& units_;
    std::size_t samples_;
};

}  // namespace

double effectiveness_of(const ServiceReport& report) {
    return report.holdout_total > 0
               ? static_cast<double>(report.holdout_correct) / static_cast<double>(report.holdout_total)
               : 0.0;
}

ClusterLaboratory::ClusterLaboratory(const World& world, Cluster& cluster, AdaptedServices& adapted,
                                     std::int64_t weight, std::function<void(const ServiceReport&)> observe)
    : world_{world}, cluster_{cluster}, adapted_{adapted}, weight_{weight}, observe_{std::move(observe)} {}

std::optional<std::uint32_t> ClusterLaboratory::only_labelled_class() {
    const std::optional<std::uint32_t> only = cluster_.only_labelled_class();
    if (only) {
        spent_.labels = cluster_.assessment_samples();
    }
    return only;
}

composition::LeaveOneOut ClusterLaboratory::leave_one_out(std::span<const sim::ServiceId> members) {
    const std::vector<double> accuracies = cluster_.order(LeaveOneOutStep{list(members)});
    spent_.labels = cluster_.assessment_samples();
    return {.whole = accuracies.front(), .without = {accuracies.begin() + 1, accuracies.end()}};
}

composition::PairedLosses ClusterLaboratory::paired_losses(std::span<const sim::ServiceId> members) {
    const std::vector<std::int64_t> units = cluster_.order(PairedLossesStep{list(members)});
    const LossRows rows{units, members.size()};
    spent_.labels = static_cast<std::int64_t>(rows.samples());
    return {.whole = rows.mean_of_whole(), .harms = rows.gains()};
}

composition::HalvesLosses ClusterLaboratory::random_halves(std::span<const sim::ServiceId> members,
                                                           std::int64_t pairs) {
    const RandomHalvesStep step{list(members), std::min(pairs, cluster_.assessment_samples())};
    const std::vector<std::int64_t> units = cluster_.order(step);
    const LossRows rows{units, 2};
    spent_.labels = static_cast<std::int64_t>(rows.samples());
    composition::HalvesLosses losses{.whole = rows.mean_of_whole(),
                                     .harms = std::vector<std::vector<double>>(members.size())};
    if (step.pairs > 0) {
        const std::vector<double> worse = rows.first_above_second(static_cast<std::size_t>(step.pairs));
        const auto halves =
            drawn_halves(members.size(), worse.size(), world_.scenario().random_seed(), cluster_.round());
        for (std::size_t pair = 0; pair < worse.size(); ++pair) {
            for (std::size_t i = 0; i < members.size(); ++i) {
                losses.harms[i].push_back(halves[pair][i] ? worse[pair] : -worse[pair]);
            }
        }
    }
    return losses;
}

composition::ChangedLosses ClusterLaboratory::changed_losses(std::span<const sim::ServiceId> members,
                                                             sim::ModelId composed,
                                                             std::span<const composition::Change> changes,
                                                             composition::LabelledSamples samples) {
    const std::vector<std::int64_t> units =
        cluster_.order(ChangedLossesStep{composed, list(members), {changes.begin(), changes.end()}, samples});
    const LossRows rows{units, changes.size()};
    spent_.labels = cluster_.assessment_samples();
    return {.whole = rows.whole(), .gains = rows.gains()};
}

std::vector<double> ClusterLaboratory::update_distances(std::span<const sim::ServiceId> members) {
    return in_order(cluster_.order(UpdateDistancesStep{list(members)}), members);
}

std::vector<double> ClusterLaboratory::data_distances(std::span<const sim::ServiceId> services) {
    spent_.labels = cluster_.assessment_samples();
    return in_order(cluster_.order(DataDistancesStep{list(services)}), services);
}

composition::ComposedModel ClusterLaboratory::compose(std::span<const sim::ServiceId> members) {
    const sim::ModelId model{first_made_model.value() + static_cast<std::uint32_t>(composed_.size())};
    composed_.push_back(list(members));
    cluster_.order(ComposeStep{model, list(members)});
    return {.model = model, .parameters = cluster_.model(model), .layout = &world_.model().layout()};
}

void ClusterLaboratory::serve(sim::ModelId model) { cluster_.order(ServeStep{model}); }

composition::Adaptable ClusterLaboratory::adaptable() const {
    return can_adapt(world_.scenario(), world_.model()) ? composition::Adaptable::yes : composition::Adaptable::no;
}

std::vector<composition::TestTimeAdaptation> ClusterLaboratory::adapt(std::span<const sim::ServiceId> services,
                                                                      sim::ModelId against) {
    const auto techniques = world_.scenario().test_time.techniques();
    AdaptStep step{.against = against,
                   .voters = composed_.at(against.value() - first_made_model.value()),
                   .services = list(services),
                   .weight = weight_};
    for (const sim::ServiceId service : services) {
        for (std::uint32_t t = 0; t < techniques.size(); ++t) {
            const tta::Memory& memory = adapted_.memory(service, t);
            step.remembered.push_back(memory.size());
            step.memories.insert(step.memories.end(), memory.begin(), memory.end());
        }
    }
    const std::set<sim::ServiceId> adjusted_before = adapted_.adjusted();
    for (const sim::ServiceId service : services) {
        adapted_.adjust(service, false);
    }
    std::vector<composition::TestTimeAdaptation> adaptations;
    for (AdaptStep::Adapted& adapted : cluster_.order(std::move(step))) {
        const AdaptationReport& report = adapted.report;
        const auto& technique = *techniques[report.technique];
        adapted_.remember(report.service, report.technique, std::move(adapted.memory));
        if (report.integrated != 0 && technique->changes() == tta::Changes::predictions) {
            adapted_.adjust(report.service, true);
        }
        spent_.unlabelled = report.samples;  // the same for all services
        adaptations.push_back({.service = report.service,
                               .technique = technique.word(),
                               .samples = report.samples,
                               .wdm = report.wdm,
                               .ucs = report.ucs,
                               .bnuas = report.bnuas,
                               .bndas = report.bndas,
                               .pdam = report.pdam,
                               .score = report.score,
                               .composable = report.composable != 0,
                               .integrated = report.integrated != 0,
                               .arrived = report.arrived != 0,
                               .failure = report.outcome == tta::AttemptOutcome::adapted
                                              ? std::string_view{}
                                              : tta::name_of(report.outcome)});
    }
    if (adapted_.adjusted() != adjusted_before) {
        cluster_.order(AdjustStep{{adapted_.adjusted().begin(), adapted_.adjusted().end()}});
    }
    return adaptations;
}

/// Results in the order of the step's services, without parameters.
std::vector<composition::TrialUpdate> ClusterLaboratory::on_trial(TrainStep step) {
    const std::vector<sim::ServiceId> services = step.services;
    const std::vector<ServiceReport> reports = cluster_.order(std::move(step));
    spent_.trials += static_cast<std::int64_t>(reports.size());
    sim::expects(spent_.trials <= world_.scenario().adaptation.evidence.trials, "trials are granted");
    std::vector<composition::TrialUpdate> updates;
    for (const sim::ServiceId service : services) {
        const auto report = std::ranges::find(reports, service, &ServiceReport::service);
        sim::expects(report != reports.end(), "every service has a report");
        updates.push_back({.service = service,
                           .trained = report->status == TrainingStatus::trained,
                           .effectiveness = effectiveness_of(*report)});
        observe_(*report);
    }
    return updates;
}

std::vector<composition::TrialUpdate> ClusterLaboratory::train_on_trial(std::span<const sim::ServiceId> candidates,
                                                                        std::uint32_t attempt) {
    std::vector<composition::TrialUpdate> updates = on_trial({.start = training_start(world_.scenario()),
                                                              .keep = Keep::yes,
                                                              .services = list(candidates),
                                                              .attempt = attempt});
    std::vector<sim::ServiceId> trained;
    for (const composition::TrialUpdate& update : updates) {
        if (update.trained) {
            trained.push_back(update.service);
        }
    }
    std::vector<std::vector<float>> rows = cluster_.order(FetchUpdatesStep{trained});
    auto row = rows.begin();
    for (composition::TrialUpdate& update : updates) {
        if (update.trained) {
            update.parameters = std::move(*row++);
        }
    }
    return updates;
}

std::vector<composition::TrialUpdate> ClusterLaboratory::train_from(sim::ModelId model,
                                                                    std::span<const sim::ServiceId> services,
                                                                    std::uint32_t attempt) {
    sim::expects(!world_.scenario().is_ensemble(), "the members' parameters are averaged");
    return on_trial({.start = StartFrom::model,
                     .model = model.valid() ? model : initial_model,
                     .keep = Keep::yes,
                     .services = list(services),
                     .attempt = attempt});
}

double ClusterLaboratory::accuracy(std::span<const sim::ServiceId> voters) {
    spent_.labels = cluster_.assessment_samples();
    return cluster_.order(LabelledAccuracyStep{list(voters)});
}

}  // namespace mlaasim::run
