#include "app/coordinator.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/service_lists.hpp"
#include "app/trial_trainer.hpp"
#include "composition/composed_attributes.hpp"

namespace mlaasim::app {
namespace {

using sim::ServiceId;

/// `from` in its order, without those in `without`.
std::vector<ServiceId> difference(const std::vector<ServiceId>& from, const std::vector<ServiceId>& without) {
    std::vector<ServiceId> rest;
    std::copy_if(from.begin(), from.end(), std::back_inserter(rest),
                 [&](ServiceId id) { return !contains(without, id); });
    return rest;
}

}  // namespace

void Coordinator::adapt(Progress& progress, const composition::Assessment& assessment, sim::RowBuffer& rows) {
    const composition::StrategyOptions& options = world_.scenario().adaptation.strategy;
    const std::vector<ServiceId> adapted_before = std::exchange(adapted_before_, {});
    const std::vector<ServiceId> performing = difference(progress.trained, assessment.underperforming);
    if (assessment.underperforming.empty() || options.kind == composition::StrategyKind::none) {
        return;
    }
    if (performing.empty()) {
        rows.append(sim::EventRecord{.round = progress.round.value(),
                                     .kind = "all_underperform",
                                     .subject = "composition",
                                     .value = static_cast<double>(assessment.underperforming.size())});
        return;
    }
    composition::Decision decision = composition::decide(
        assessment.underperforming, adapted_before,
        world_.model().layout().has_batch_norm() ? composition::Adaptable::yes : composition::Adaptable::no, options);
    cluster_.compose_aside(performing);
    const std::vector<ServiceId> refused = adapt_at_test_time(progress, decision.adapt, rows);
    decision = composition::escalate(std::move(decision), refused, options);
    adapted_before_ = decision.adapt;
    composition::SubstitutionOutcome substitution = substitute(progress, decision.substitute, performing, rows);

    if (progress.record.adapted + progress.record.replaced > 0) {
        cluster_.recompose(progress.trained);
        evaluate_again(progress);
        composition::reward_realised(*policy_, substitution.pending,
                                     progress.record.adapted_accuracy - progress.record.accuracy,
                                     world_.scenario().adaptation.substitution.reward, substitution.bandit);
    }
    for (const auto& record : substitution.bandit) {
        rows.append(record);
    }
}

std::vector<ServiceId> Coordinator::adapt_at_test_time(Progress& progress, const std::vector<ServiceId>& services,
                                                       sim::RowBuffer& rows) {
    std::vector<ServiceId> refused;
    if (services.empty()) {
        return refused;
    }
    for (const AdaptationReport& report : cluster_.adapt(progress.round, services)) {
        const bool composable = report.composable != 0;
        rows.append(sim::TtaRecord{.round = progress.round.value(),
                                   .service = static_cast<std::int32_t>(report.service.value()),
                                   .technique = "batch_norm",
                                   .samples = report.samples,
                                   .wdm = report.wdm,
                                   .ucs = report.ucs,
                                   .bnuas = report.bnuas,
                                   .bndas = report.bndas,
                                   .pdam = report.pdam,
                                   .score = report.score,
                                   .composable = composable ? 1U : 0U,
                                   .outcome = composable ? "integrated" : "not composable"});
        if (composable) {
            ++progress.record.adapted;
            if (world_.scenario().is_ensemble()) {
                changed_states_.push_back(report.service);
            }
        } else {
            refused.push_back(report.service);
        }
    }
    return refused;
}

composition::SubstitutionOutcome Coordinator::substitute(Progress& progress, const std::vector<ServiceId>& services,
                                                         const std::vector<ServiceId>& performing,
                                                         sim::RowBuffer& rows) {
    if (services.empty()) {
        return {};
    }
    const std::vector<float> parameters{cluster_.set_aside().begin(), cluster_.set_aside().end()};
    const std::vector<double> histogram = composition::composed_histogram(market_, performing);
    const std::vector<double> history = composition::composed_quality_history(market_, performing);
    TrialTrainer trainer{cluster_, progress.round, member_start(), [&](const ServiceReport& report) {
                             record_training(progress.round, report, "candidate", rows);
                         }};
    composition::SubstitutionOutcome outcome =
        composition::substitute(market_,
                                {.round = progress.round,
                                 .underperforming = services,
                                 .members = members_,
                                 .available = availability_.all(),
                                 .composition = {.parameters = parameters,
                                                 .layout = &world_.model().layout(),
                                                 .class_histogram = histogram,
                                                 .response_ms = composition::slowest_response_ms(market_, performing),
                                                 .quality = composition::mean_quality(market_, performing),
                                                 .quality_history = history}},
                                trainer, *policy_, world_.scenario().adaptation.substitution,
                                {world_.scenario().random_seed(), sim::Purpose::bandit, 0, progress.round.value()});

    for (const auto& record : outcome.candidates) {
        rows.append(record);
    }
    for (const auto& record : outcome.rules) {
        rows.append(record);
    }
    for (const composition::TrialUpdate& trial : outcome.trials) {
        market_.observe_task(trial.service, trial.trained);
        if (trial.trained) {
            market_.set_effectiveness(trial.service, trial.effectiveness);
            market_.observe_quality(trial.service, trial.effectiveness);
        }
    }
    for (const composition::Substitution& substitution : outcome.substitutions) {
        std::replace(members_.begin(), members_.end(), substitution.outgoing, substitution.incoming);
        std::replace(progress.available.begin(), progress.available.end(), substitution.outgoing,
                     substitution.incoming);
        std::replace(progress.trained.begin(), progress.trained.end(), substitution.outgoing, substitution.incoming);
        if (world_.scenario().is_ensemble()) {
            changed_states_.push_back(substitution.incoming);
        }
        rows.append(sim::EventRecord{.round = progress.round.value(),
                                     .kind = "substitution",
                                     .subject = "service",
                                     .id = static_cast<std::int32_t>(substitution.outgoing.value()),
                                     .other = static_cast<std::int32_t>(substitution.incoming.value()),
                                     .value = substitution.confidence});
    }
    progress.record.replaced = static_cast<std::uint32_t>(outcome.substitutions.size());
    return outcome;
}

void Coordinator::evaluate_again(Progress& progress) {
    progress.adapted_evaluation = cluster_.evaluate(progress.round, progress.available);
    const fl::Metrics metrics = fl::overall_metrics(progress.adapted_evaluation, world_.classes());
    progress.record.adapted_accuracy = metrics.accuracy;
    progress.record.adapted_loss = metrics.loss;
}

}  // namespace mlaasim::app
