#include "run/cluster_laboratory.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "run/needs.hpp"
#include "run/round_steps.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

std::vector<sim::ServiceId> list(std::span<const sim::ServiceId> ids) { return {ids.begin(), ids.end()}; }

}  // namespace

double effectiveness_of(const ServiceReport& report) {
    return report.holdout_total > 0
               ? static_cast<double>(report.holdout_correct) / static_cast<double>(report.holdout_total)
               : 0.0;
}

ClusterLaboratory::ClusterLaboratory(const World& world, Cluster& cluster,
                                     std::function<void(const ServiceReport&)> observe, std::vector<ServedState> states)
    : world_{world}, cluster_{cluster}, observe_{std::move(observe)}, states_{std::move(states)} {}

composition::LeaveOneOut ClusterLaboratory::leave_one_out(std::span<const sim::ServiceId> members) {
    const std::vector<double> accuracies = cluster_.order(LeaveOneOutStep{list(members)});
    spent_.assessed = cluster_.assessment_samples();
    return {.whole = accuracies.front(), .without = {accuracies.begin() + 1, accuracies.end()}};
}

composition::PairedLosses ClusterLaboratory::paired_losses(std::span<const sim::ServiceId> members) {
    const std::vector<std::int64_t> units = cluster_.order(PairedLossesStep{list(members)});
    const std::size_t samples = units.size() / (members.size() + 1);
    spent_.assessed = static_cast<std::int64_t>(samples);
    composition::PairedLosses losses{.harms = std::vector<std::vector<double>>(members.size())};
    const auto total =
        std::accumulate(units.begin(), units.begin() + static_cast<std::ptrdiff_t>(samples), std::int64_t{0});
    if (samples > 0) {
        losses.whole = static_cast<double>(total) / PairedLossesStep::units_per_loss / static_cast<double>(samples);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t s = 0; s < samples; ++s) {
            losses.harms[i].push_back(static_cast<double>(units[s] - units[(i + 1) * samples + s]) /
                                      (2.0 * PairedLossesStep::units_per_loss));
        }
    }
    return losses;
}

std::vector<double> ClusterLaboratory::update_distances(std::span<const sim::ServiceId> members) {
    const std::vector<ServiceValue> found = cluster_.order(UpdateDistancesStep{list(members)});
    std::vector<double> distances;
    for (const sim::ServiceId member : members) {
        const auto its = std::lower_bound(found.begin(), found.end(), member,
                                          [](const ServiceValue& v, sim::ServiceId id) { return v.service < id; });
        sim::expects(its != found.end() && its->service == member, "every member has an update");
        distances.push_back(its->value);
    }
    return distances;
}

composition::ComposedModel ClusterLaboratory::compose(std::span<const sim::ServiceId> members) {
    const sim::ModelId model{first_made_model.value() + made_++};
    cluster_.order(ComposeStep{model, list(members)});
    return {.model = model, .parameters = cluster_.model(model), .layout = &world_.model().layout()};
}

void ClusterLaboratory::serve(sim::ModelId model) { cluster_.order(ServeStep{model}); }

composition::Adaptable ClusterLaboratory::adaptable() const {
    return can_adapt(world_.scenario(), world_.model()) ? composition::Adaptable::yes : composition::Adaptable::no;
}

std::vector<composition::TestTimeAdaptation> ClusterLaboratory::adapt(std::span<const sim::ServiceId> services,
                                                                      sim::ModelId against) {
    std::vector<composition::TestTimeAdaptation> adaptations;
    for (const AdaptationReport& report : cluster_.order(AdaptStep{against, list(services)})) {
        spent_.unlabelled = report.samples;  // the same for all services
        adaptations.push_back({.service = report.service,
                               .technique = world_.scenario().test_time.technique.word(),
                               .samples = report.samples,
                               .wdm = report.wdm,
                               .ucs = report.ucs,
                               .bnuas = report.bnuas,
                               .bndas = report.bndas,
                               .pdam = report.pdam,
                               .score = report.score,
                               .composable = report.composable != 0});
    }
    return adaptations;
}

std::vector<composition::TrialUpdate> ClusterLaboratory::train_on_trial(std::span<const sim::ServiceId> candidates) {
    const std::vector<ServiceReport> reports = cluster_.order(
        TrainStep{.start = training_start(world_.scenario()), .keep = Keep::yes, .services = list(candidates)});
    spent_.trials += static_cast<std::int64_t>(reports.size());
    std::vector<composition::TrialUpdate> updates;
    std::vector<sim::ServiceId> trained;
    for (const sim::ServiceId candidate : candidates) {
        const auto report = std::find_if(reports.begin(), reports.end(),
                                         [&](const ServiceReport& r) { return r.service == candidate; });
        sim::expects(report != reports.end(), "every candidate has a report");
        const bool usable = report->status == TrainingStatus::trained;
        updates.push_back({.service = candidate, .trained = usable, .effectiveness = effectiveness_of(*report)});
        if (usable) {
            trained.push_back(candidate);
        }
        observe_(*report);
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

composition::Evaluation ClusterLaboratory::evaluate(std::span<const sim::ServiceId> voters) {
    evaluated_ = cluster_.order(EvaluateStep{list(voters), states_}).served;
    const fl::Metrics metrics = fl::overall_metrics(evaluated_, world_.classes());
    return {.accuracy = metrics.accuracy, .loss = metrics.loss};
}

}  // namespace mlaasim::run
