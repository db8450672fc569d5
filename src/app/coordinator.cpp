#include "app/coordinator.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "app/trial_trainer.hpp"
#include "composition/composed_attributes.hpp"
#include "sim/error.hpp"

namespace mlaasim::app {
namespace {

using sim::ServiceId;

std::vector<ServiceId> first_services(std::uint32_t count) {
    std::vector<ServiceId> ids;
    for (std::uint32_t i = 0; i < count; ++i) {
        ids.emplace_back(i);
    }
    return ids;
}

bool contains(const std::vector<ServiceId>& ids, ServiceId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// `from` in its order, without those in `without`.
std::vector<ServiceId> difference(const std::vector<ServiceId>& from, const std::vector<ServiceId>& without) {
    std::vector<ServiceId> rest;
    std::copy_if(from.begin(), from.end(), std::back_inserter(rest),
                 [&](ServiceId id) { return !contains(without, id); });
    return rest;
}

fl::Metrics overall(const std::vector<fl::Confusion>& by_client, std::uint32_t classes) {
    fl::Confusion all{classes};
    for (const fl::Confusion& client : by_client) {
        all.add(client);
    }
    return all.metrics();
}

double swapped_share(const sim::DriftState& drift) {
    double share = 0.0;
    for (const sim::LabelSwap& swap : drift.swaps) {
        share = std::max(share, swap.share);
    }
    return share;
}

std::vector<std::int64_t> numbers(const std::vector<ServiceId>& ids) {
    std::vector<std::int64_t> values;
    std::transform(ids.begin(), ids.end(), std::back_inserter(values), [](ServiceId id) { return id.value(); });
    return values;
}

std::vector<ServiceId> services_of(const std::vector<std::int64_t>& values, std::uint32_t count) {
    std::vector<ServiceId> ids;
    for (const std::int64_t value : values) {
        if (value < 0 || value >= count) {
            throw sim::InputError({.what = "the checkpoint names service " + std::to_string(value),
                                   .expected = "a service below " + std::to_string(count),
                                   .hint = "the trace is damaged"});
        }
        ids.emplace_back(static_cast<std::uint32_t>(value));
    }
    return ids;
}

}  // namespace

Coordinator::Coordinator(const World& world, Cluster& cluster)
    : world_{world},
      cluster_{cluster},
      availability_{world.scenario().availability, world.services(), world.scenario().random_seed()},
      qos_{world.scenario().qos, world.services(), world.scenario().random_seed()},
      market_{world.classes(), world.scenario().services.history},
      policy_{composition::make_policy(world.scenario().adaptation.substitution.bandit)},
      members_{first_services(world.scenario().initial_members())} {
    for (const ServiceId service : first_services(world.services())) {
        market_.add({.id = service,
                     .function = {.architecture = world.model().architecture(),
                                  .modality = "image",
                                  .feature_count = static_cast<std::int64_t>(world.model().input().size())},
                     .class_histogram = world.class_histogram(service, sim::Round{0}),
                     .volume = static_cast<double>(world.training_count(service)),
                     .response_ms = qos_.estimate(service, sim::Round{0}, world.workload(service)).response_ms,
                     .reliability = availability_.long_run(service)});
    }
}

StartFrom Coordinator::member_start() const {
    return world_.scenario().is_ensemble() ? StartFrom::own : StartFrom::composition;
}

void Coordinator::publish(sim::RowBuffer& rows) {
    const composition::StrategyKind strategy = world_.scenario().adaptation.strategy.kind;
    if (!world_.scenario().assesses() || members_.size() == world_.services() ||
        strategy == composition::StrategyKind::none || strategy == composition::StrategyKind::tta) {
        return;
    }
    const sim::Round round{0};
    for (const ServiceReport& report :
         cluster_.train_on_trial(round, first_services(world_.services()), StartFrom::composition, Keep::no)) {
        observe(round, report);
        record_training(round, report, contains(members_, report.service) ? "member" : "candidate", rows);
    }
}

sim::RoundRecord Coordinator::play(sim::Round round, sim::RowBuffer& rows) {
    Progress progress{.round = round};
    progress.record.round = round.value();

    note_drift_and_outages(progress, rows);
    train(progress, rows);
    evaluate(progress);
    if (world_.scenario().assesses(round) && progress.trained.size() >= 2) {
        adapt(progress, assess(progress, rows), rows);
    }
    record_clients(progress, rows);

    progress.record.members = static_cast<std::uint32_t>(members_.size());
    rows.append(progress.record);
    if (world_.scenario().is_ensemble()) {
        cluster_.forget_all_but(members_);
    }
    return progress.record;
}

void Coordinator::note_drift_and_outages(Progress& progress, sim::RowBuffer& rows) {
    for (const sim::DriftSchedule::Change& change : world_.drift().changes(progress.round)) {
        rows.append(sim::EventRecord{.round = progress.round.value(),
                                     .kind = change.starts ? "drift_start" : "drift_end",
                                     .subject = "drift",
                                     .id = static_cast<std::int32_t>(change.entry)});
    }
    availability_.advance_to(progress.round);
    for (const ServiceId member : members_) {
        if (availability_.up(member)) {
            progress.available.push_back(member);
            continue;
        }
        market_.observe_task(member, false);
        rows.append(sim::EventRecord{.round = progress.round.value(),
                                     .kind = "outage",
                                     .subject = "service",
                                     .id = static_cast<std::int32_t>(member.value())});
        sim::ServiceRecord record = service_record(progress.round, member, "member");
        record.status = "outage";
        rows.append(record);
    }
    progress.record.available = static_cast<std::uint32_t>(progress.available.size());
}

void Coordinator::train(Progress& progress, sim::RowBuffer& rows) {
    const bool keep = world_.scenario().assesses(progress.round) || world_.scenario().is_ensemble();
    sim::RoundRecord& record = progress.record;
    double loss_sum = 0.0;
    std::int64_t samples = 0;
    for (const ServiceReport& report :
         cluster_.train(progress.round, progress.available, member_start(), keep ? Keep::yes : Keep::no)) {
        observe(progress.round, report);
        record_training(progress.round, report, "member", rows);
        const sim::QosEstimate cost = qos_.estimate(report.service, progress.round, world_.workload(report.service));
        record.latency_ms = std::max(record.latency_ms, cost.train_ms);
        record.energy_j += cost.energy_j;
        record.memory_bytes = std::max(record.memory_bytes, cost.memory_bytes);
        record.bytes += cost.bytes;
        if (report.status == TrainingStatus::diverged) {
            ++record.diverged;
            rows.append(sim::EventRecord{.round = progress.round.value(),
                                         .kind = "divergence",
                                         .subject = "service",
                                         .id = static_cast<std::int32_t>(report.service.value())});
            continue;
        }
        progress.trained.push_back(report.service);
        loss_sum += report.loss * static_cast<double>(report.samples);
        samples += report.samples;
    }
    record.trained = static_cast<std::uint32_t>(progress.trained.size());
    record.train_loss = samples > 0 ? loss_sum / static_cast<double>(samples) : 0.0;
    if (world_.scenario().is_ensemble()) {
        changed_states_.insert(changed_states_.end(), progress.trained.begin(), progress.trained.end());
    }
}

void Coordinator::evaluate(Progress& progress) {
    progress.evaluation = cluster_.evaluate(progress.round, progress.available);
    const fl::Metrics metrics = overall(progress.evaluation, world_.classes());
    sim::RoundRecord& record = progress.record;
    for (const fl::Confusion& client : progress.evaluation) {
        record.samples += client.total();
    }
    record.accuracy = metrics.accuracy;
    record.precision = metrics.precision;
    record.recall = metrics.recall;
    record.f1 = metrics.f1;
    record.loss = metrics.loss;
    record.adapted_accuracy = metrics.accuracy;
    record.adapted_loss = metrics.loss;
}

composition::Assessment Coordinator::assess(Progress& progress, sim::RowBuffer& rows) {
    const composition::AssessmentOptions& options = world_.scenario().assessment;
    composition::AssessmentInput input{.members = progress.trained};
    for (const ServiceId member : progress.trained) {
        input.qos.push_back({.effectiveness = market_.effectiveness(member),
                             .quality = market_.quality(member),
                             .response_ms = market_.response_ms(member),
                             .reliability = market_.reliability(member)});
    }
    for (const ServiceValue& distance :
         cluster_.update_distances(progress.round, progress.trained, options.functional.distance)) {
        input.distances.push_back(distance.value);
    }
    std::vector<double> accuracies = cluster_.leave_one_out(progress.round, progress.trained);
    input.accuracy = accuracies.front();
    input.accuracy_without.assign(accuracies.begin() + 1, accuracies.end());

    composition::Assessment assessment = composition::assess(input, options);
    for (const sim::AssessmentRecord& record : composition::records_of(assessment, progress.round)) {
        rows.append(record);
    }
    progress.record.assessed = static_cast<std::uint32_t>(assessment.members.size());
    progress.record.underperforming = static_cast<std::uint32_t>(assessment.underperforming.size());
    return assessment;
}

void Coordinator::adapt(Progress& progress, const composition::Assessment& assessment, sim::RowBuffer& rows) {
    const composition::StrategyOptions& options = world_.scenario().adaptation.strategy;
    const std::vector<ServiceId> adapted_before = std::exchange(adapted_before_, {});
    const std::vector<ServiceId> performing = difference(progress.trained, assessment.underperforming);
    if (assessment.underperforming.empty() || performing.empty() || options.kind == composition::StrategyKind::none) {
        return;
    }
    composition::Decision decision = composition::decide(
        assessment.underperforming, adapted_before,
        world_.model().layout().has_batch_norm() ? composition::Adaptable::yes : composition::Adaptable::no, options);
    cluster_.compose_aside(performing);
    const std::vector<ServiceId> refused = adapt_at_test_time(progress, decision.adapt, rows);
    decision = composition::escalate(std::move(decision), refused, options);
    adapted_before_ = decision.adapt;
    const auto pending = substitute(progress, decision.substitute, performing, rows);

    if (progress.record.adapted + progress.record.replaced > 0) {
        cluster_.recompose(progress.trained);
        evaluate_again(progress);
        composition::reward_realised(*policy_, pending, progress.record.adapted_accuracy - progress.record.accuracy,
                                     world_.scenario().adaptation.substitution.reward);
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

std::vector<composition::PendingReward> Coordinator::substitute(Progress& progress,
                                                                const std::vector<ServiceId>& services,
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
    const composition::SubstitutionOutcome outcome =
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
    for (const auto& record : outcome.bandit) {
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
    return outcome.pending;
}

void Coordinator::evaluate_again(Progress& progress) {
    progress.adapted_evaluation = cluster_.evaluate(progress.round, progress.available);
    const fl::Metrics metrics = overall(progress.adapted_evaluation, world_.classes());
    progress.record.adapted_accuracy = metrics.accuracy;
    progress.record.adapted_loss = metrics.loss;
}

void Coordinator::record_clients(const Progress& progress, sim::RowBuffer& rows) const {
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        const fl::Metrics before = progress.evaluation[c].metrics();
        const fl::Metrics after =
            progress.adapted_evaluation.empty() ? before : progress.adapted_evaluation[c].metrics();
        const sim::DriftState drift = world_.drift().client(sim::ClientId{c}, progress.round);
        rows.append(sim::ClientRecord{.round = progress.round.value(),
                                      .client = c,
                                      .samples = progress.evaluation[c].total(),
                                      .accuracy = before.accuracy,
                                      .precision = before.precision,
                                      .recall = before.recall,
                                      .f1 = before.f1,
                                      .loss = before.loss,
                                      .adapted_accuracy = after.accuracy,
                                      .adapted_loss = after.loss,
                                      .rotation_degrees = drift.rotation_degrees,
                                      .noise_deviation = drift.noise_deviation,
                                      .swapped_share = swapped_share(drift)});
    }
}

void Coordinator::observe(sim::Round round, const ServiceReport& report) {
    const bool trained = report.status == TrainingStatus::trained;
    market_.observe_task(report.service, trained);
    market_.set_response_ms(report.service,
                            qos_.estimate(report.service, round, world_.workload(report.service)).response_ms);
    if (trained && report.holdout_total > 0) {
        market_.set_effectiveness(report.service, effectiveness_of(report));
        market_.observe_quality(report.service, effectiveness_of(report));
    }
}

sim::ServiceRecord Coordinator::service_record(sim::Round round, ServiceId service, std::string_view role) const {
    const sim::DriftState drift = world_.drift().service(service, round);
    return {.round = round.value(),
            .service = service.value(),
            .role = role,
            .effectiveness = market_.effectiveness(service),
            .quality = market_.quality(service),
            .reliability = market_.reliability(service),
            .response_ms = market_.response_ms(service),
            .rotation_degrees = drift.rotation_degrees,
            .noise_deviation = drift.noise_deviation,
            .swapped_share = swapped_share(drift)};
}

void Coordinator::record_training(sim::Round round, const ServiceReport& report, std::string_view role,
                                  sim::RowBuffer& rows) const {
    const sim::QosEstimate cost = qos_.estimate(report.service, round, world_.workload(report.service));
    sim::ServiceRecord record = service_record(round, report.service, role);
    record.status = report.status == TrainingStatus::trained ? "trained" : "diverged";
    record.samples = report.samples;
    record.train_loss = report.loss;
    record.effectiveness = effectiveness_of(report);
    record.response_ms = cost.response_ms;
    record.train_ms = cost.train_ms;
    record.energy_j = cost.energy_j;
    record.memory_bytes = cost.memory_bytes;
    record.bytes = cost.bytes;
    rows.append(record);
}

sim::Checkpoint Coordinator::checkpoint(sim::Round round) {
    sim::Checkpoint checkpoint{.round = round};
    const std::vector<ServiceId> changed = market_.changed();
    checkpoint.put("composition", cluster_.composition());
    checkpoint.put("members", std::span<const std::int64_t>{numbers(members_)});
    checkpoint.put("adapted_before", std::span<const std::int64_t>{numbers(adapted_before_)});
    checkpoint.put("bandit", std::span<const double>{policy_->export_state()});
    checkpoint.put("market/services", std::span<const std::int64_t>{numbers(changed)});
    checkpoint.put("market/state", std::span<const double>{market_.export_state(changed)});
    for (const ServiceId service : std::exchange(changed_states_, {})) {
        if (contains(members_, service)) {
            const auto row = cluster_.kept_row(service);
            checkpoint.service_state[service].assign(row.begin(), row.end());
        }
    }
    return checkpoint;
}

void Coordinator::restore(const sim::Checkpoint& checkpoint) {
    members_ = services_of(checkpoint.integers("members"), world_.services());
    adapted_before_ = services_of(checkpoint.integers("adapted_before"), world_.services());
    policy_->import_state(checkpoint.doubles("bandit"));
    const auto changed = services_of(checkpoint.integers("market/services"), world_.services());
    const auto state = checkpoint.doubles("market/state");
    if (state.size() != changed.size() * market_.state_width()) {
        throw sim::InputError({.what = "the checkpoint's market state has " + std::to_string(state.size()) + " numbers",
                               .expected = std::to_string(changed.size() * market_.state_width()),
                               .hint = "the trace is damaged"});
    }
    market_.import_state(changed, state);

    std::vector<float> parameters = checkpoint.floats("composition");
    const std::size_t size = world_.model().layout().size();
    std::vector<ServiceId> with_state;
    bool fits = parameters.size() == size;
    if (world_.scenario().is_ensemble()) {
        for (const ServiceId member : members_) {
            const auto row = checkpoint.service_state.find(member);
            if (row != checkpoint.service_state.end()) {
                with_state.push_back(member);
                parameters.insert(parameters.end(), row->second.begin(), row->second.end());
            }
        }
        fits = parameters.size() == size * (1 + with_state.size());
    }
    if (!fits) {
        throw sim::InputError({.what = "the checkpoint holds parameters of another model",
                               .expected = std::to_string(size) + " floats per model",
                               .hint = "the trace is damaged"});
    }
    cluster_.restore(with_state, std::move(parameters));
}

}  // namespace mlaasim::app
