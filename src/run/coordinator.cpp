#include "run/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "composition/adaptation.hpp"
#include "composition/nearest_measured.hpp"
#include "run/cluster_laboratory.hpp"
#include "run/round_steps.hpp"
#include "run/service_lists.hpp"
#include "run/truth.hpp"

namespace mlaasim::run {
namespace {

using sim::ServiceId;

std::vector<ServiceId> first_services(std::uint32_t count) {
    std::vector<ServiceId> ids;
    for (std::uint32_t i = 0; i < count; ++i) {
        ids.emplace_back(i);
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
      trigger_{world.scenario().adaptation.trigger},
      assessor_{world.scenario().assessment->make()},
      strategy_{world.scenario().adaptation.strategy->make(world.scenario().adaptation.substitution)},
      members_{first_services(world.scenario().initial_members())},
      models_{world, cluster},
      service_rows_{world.scenario().trace, world.services(), world.scenario().random_seed()} {
    market_.reserve_histories(world_.services());
    for (const ServiceId service : first_services(world.services())) {
        market_.add({.id = service,
                     .function = {.architecture = world.model().architecture(),
                                  .modality = world.model().input().is_series() ? "sensor" : "image",
                                  .feature_count = static_cast<std::int64_t>(world.model().input().size())},
                     .class_histogram = world.class_histogram(service, sim::Round{0}),
                     .volume = static_cast<double>(world.training_count(service)),
                     .response_ms = qos_.estimate(service, sim::Round{0}, world.workload(service)).response_ms,
                     .reliability = availability_.long_run(service),
                     .price = qos_.device(service).price});
    }
}

bool Coordinator::publish(sim::RowBuffer& rows) {
    if (!world_.scenario().advertises()) {
        return false;
    }
    const sim::Round round{0};
    cluster_.begin_round(round);
    service_rows_.begin_round(members_.size());
    const OwnWork records{cluster_, "record"};
    std::vector<bool> is_member(world_.services(), false);
    for (const ServiceId member : members_) {
        is_member[member.value()] = true;
    }
    const std::vector<ServiceReport> reports = cluster_.order(advertising_of(world_));
    for (const ServiceReport& report : reports) {
        const sim::QosEstimate cost = cost_of(round, report.service);
        observe(report, cost);
        record_training(round, report, cost, is_member[report.service.value()] ? "member" : "candidate", rows);
    }
    advertise_others(reports);
    service_rows_.end_round(rows);
    record_drift_of_services(round, rows);
    return true;
}

void Coordinator::advertise_others(const std::vector<ServiceReport>& reports) {
    std::vector<bool> trained(world_.services(), false);
    std::vector<composition::MeasuredService> measured;
    for (const ServiceReport& report : reports) {
        trained[report.service.value()] = true;
        if (report.status == TrainingStatus::trained && report.holdout_total > 0) {
            measured.push_back({.service = report.service, .effectiveness = effectiveness_of(report)});
        }
    }
    if (measured.empty() || reports.size() == world_.services()) {
        return;
    }
    const OwnWork decisions{cluster_, "decide"};
    composition::NearestMeasured nearest{market_, measured};
    for (const ServiceId service : first_services(world_.services())) {
        if (!trained[service.value()]) {
            market_.advertise(service, nearest.effectiveness(service));
        }
    }
}

sim::RoundRecord Coordinator::play(sim::Round round, sim::RowBuffer& rows) {
    cluster_.begin_round(round);
    service_rows_.begin_round(members_.size());
    const OwnWork records{cluster_, "record"};
    RoundFindings findings{
        .round = round, .membership = {.members = members_}, .states_before = served_, .states = served_};
    findings.record.round = round.value();

    note_drift_and_outages(findings, rows);
    train(findings, rows);
    serve_and_look(findings, [&] {
        evaluate(findings, rows);
        record_satisfaction(findings, rows);
    });
    if (world_.scenario().assesses(round) && findings.membership.trained.size() >= 2) {
        assess_and_respond(findings, rows);
    }
    record_serving(findings, rows);
    record_evidence(findings, rows);
    record_clients(findings, rows);
    record_confusion(findings, rows);
    service_rows_.end_round(rows);
    record_drift_of_services(round, rows);
    record_drift_of_clients(round, rows);

    findings.record.members = static_cast<std::uint32_t>(members_.size());
    rows.append(findings.record);
    if (world_.scenario().is_ensemble()) {
        cluster_.order(ForgetUpdatesStep{members_});
    }
    return findings.record;
}

void Coordinator::note_drift_and_outages(RoundFindings& findings, sim::RowBuffer& rows) {
    for (const sim::DriftSchedule::Change& change : world_.drift().changes(findings.round)) {
        rows.append(sim::EventRecord{.round = findings.round.value(),
                                     .kind = change.starts ? "drift_start" : "drift_end",
                                     .subject = "drift",
                                     .id = static_cast<std::int32_t>(change.entry)});
    }
    availability_.advance_to(findings.round);
    for (const ServiceId member : members_) {
        if (availability_.up(member)) {
            findings.membership.available.push_back(member);
            continue;
        }
        market_.observe_task(member, false);
        rows.append(sim::EventRecord{.round = findings.round.value(),
                                     .kind = "outage",
                                     .subject = "service",
                                     .id = static_cast<std::int32_t>(member.value())});
        sim::ServiceRecord record = service_record(findings.round, member, "member");
        record.status = "outage";
        service_rows_.write(record, rows);
    }
    findings.record.available = static_cast<std::uint32_t>(findings.membership.available.size());
}

void Coordinator::train(RoundFindings& findings, sim::RowBuffer& rows) {
    sim::RoundRecord& record = findings.record;
    double loss_sum = 0.0;
    std::int64_t samples = 0;
    const TrainStep step = training_of(world_.scenario(), findings.round, findings.membership.available);
    for (const ServiceReport& report : cluster_.order(step)) {
        const sim::QosEstimate cost = cost_of(findings.round, report.service);
        observe(report, cost);
        record_training(findings.round, report, cost, "member", rows);
        record.latency_ms = std::max(record.latency_ms, cost.train_ms);
        record.energy_j += cost.energy_j;
        record.memory_bytes = std::max(record.memory_bytes, cost.memory_bytes);
        record.bytes += cost.bytes;
        if (report.status == TrainingStatus::diverged) {
            ++record.diverged;
            rows.append(sim::EventRecord{.round = findings.round.value(),
                                         .kind = "divergence",
                                         .subject = "service",
                                         .id = static_cast<std::int32_t>(report.service.value())});
            continue;
        }
        findings.membership.trained.push_back(report.service);
        loss_sum += report.loss * static_cast<double>(report.samples);
        samples += report.samples;
    }
    record.trained = static_cast<std::uint32_t>(findings.membership.trained.size());
    record.train_loss = samples > 0 ? loss_sum / static_cast<double>(samples) : 0.0;
    models_.changed(findings.membership.trained);
}

void Coordinator::evaluate(RoundFindings& findings, sim::RowBuffer& rows) {
    findings.evaluation = cluster_.order(EvaluateStep{findings.membership.available, findings.states, looks_first()});
    for (const sim::ClientId client : findings.evaluation.diverged) {
        rows.append(sim::EventRecord{.round = findings.round.value(),
                                     .kind = "divergence",
                                     .subject = "client",
                                     .id = static_cast<std::int32_t>(client.value())});
    }
    const fl::Metrics metrics = fl::overall_metrics(findings.evaluation.served, world_.classes());
    sim::RoundRecord& record = findings.record;
    for (const fl::Confusion& client : findings.evaluation.served) {
        record.samples += client.total();
    }
    record.accuracy = metrics.accuracy;
    record.plain_accuracy = fl::overall_metrics(findings.evaluation.plain, world_.classes()).accuracy;
    record.precision = metrics.precision;
    record.recall = metrics.recall;
    record.f1 = metrics.f1;
    record.loss = metrics.loss;
    record.adapted_accuracy = metrics.accuracy;
    record.adapted_loss = metrics.loss;
}

bool Coordinator::watch(RoundFindings& findings, composition::RoundLog& log) {
    const auto& trigger = world_.scenario().adaptation.trigger;
    std::vector<std::vector<double>> values;
    if (trigger->watches()) {
        values = cluster_.order(WatchStep{trigger->value, findings.membership.available});
        for (const std::vector<double>& client : values) {
            findings.watched += static_cast<std::int64_t>(client.size());
        }
    }
    return trigger_.opens(findings.round, {.values = values, .unmet = findings.unmet}, log);
}

void Coordinator::evaluate_again(RoundFindings& findings) {
    findings.adapted_evaluation =
        cluster_.order(EvaluateStep{findings.membership.available, findings.states, looks_first()}).served;
    const fl::Metrics metrics = fl::overall_metrics(findings.adapted_evaluation, world_.classes());
    findings.record.adapted_accuracy = metrics.accuracy;
    findings.record.adapted_loss = metrics.loss;
}

void Coordinator::fit_serving(RoundFindings& findings) {
    if (!world_.scenario().adaptation.serving->looks()) {
        return;
    }
    std::vector<FitServingStep::Report> reports =
        cluster_.order(FitServingStep{findings.membership.available, findings.states_before});
    served_.clear();
    SpentEvidence spent;
    for (const FitServingStep::Report& report : reports) {
        const tta::Decision& decision = report.decision;
        spent.unlabelled += decision.samples;
        spent.labels += decision.labels;
        if (decision.branch != tta::Branch::plain || report.drifted_since.valid()) {
            served_.push_back({.angle = decision.branch == tta::Branch::aligned ? decision.angle : 0.0,
                               .client = report.client,
                               .branch = decision.branch,
                               .group = report.group,
                               .drifted_since = report.drifted_since,
                               .drifted_last = report.drifted_last});
        }
    }
    findings.spent.include(spent);
    if (looks_first()) {
        findings.states = served_;
    }
    // The table tells what was served: with looks_first() the first look, else the last one.
    if (!looks_first() || findings.serving.empty()) {
        findings.serving = std::move(reports);
    }
}

void Coordinator::assess_and_respond(RoundFindings& findings, sim::RowBuffer& rows) {
    const Scenario& scenario = world_.scenario();
    sim::RoundRecord& record = findings.record;
    const OwnWork decisions{cluster_, "decide"};
    composition::RoundLog log{findings.round};
    const bool alarm = watch(findings, log);
    if (!alarm && !scenario.adaptation.strategy->responds_without_alarm()) {
        log.each([&](const auto& row) { rows.append(row); });
        findings.spent.include({.labels = findings.watched});
        return;
    }
    if (scenario.adaptation.evidence.labels > 0 && !served_.empty()) {
        cluster_.order(LabelledAsServedStep{served_});
    }
    std::int64_t weight = 0;
    for (const ServiceId trained : findings.membership.trained) {
        weight += scenario.composition.aggregation->weight(world_.training_count(trained));
    }
    ClusterLaboratory laboratory{world_, cluster_, adapted_, weight, [&](const ServiceReport& report) {
                                     record_training(findings.round, report, cost_of(findings.round, report.service),
                                                     "candidate", rows);
                                 }};
    const composition::Assessment assessment = assessor_->assess(findings.membership, market_, laboratory, log);
    record.assessed = static_cast<std::uint32_t>(assessment.members.size());
    record.underperforming = static_cast<std::uint32_t>(assessment.underperforming.size());

    const std::vector<composition::ServiceTruth> truth =
        scenario.adaptation.strategy->knows_truth()
            ? truth_of(world_.drift(), world_.services(), world_.clients(), findings.round)
            : std::vector<composition::ServiceTruth>{};
    composition::Adaptation adaptation =
        composition::carry_out_response(*strategy_,
                                        {.round = findings.round,
                                         .seed = scenario.random_seed(),
                                         .market = market_,
                                         .assessment = assessment,
                                         .membership = findings.membership,
                                         .up = availability_.all(),
                                         .evidence = scenario.adaptation.evidence,
                                         .initial_members = scenario.initial_members(),
                                         .requirements = composition::strictest(findings.required),
                                         .alarm = alarm,
                                         .truth = truth},
                                        market_, laboratory, log);
    log.each([&](const auto& row) { rows.append(row); });
    findings.spent.include(laboratory.spent());
    findings.spent.include({.labels = findings.watched});
    record.adapted = static_cast<std::uint32_t>(adaptation.response.adapted.size());
    record.replaced = static_cast<std::uint32_t>(adaptation.response.substitutions.size());
    findings.membership = std::move(adaptation.membership);
    if (adaptation.response.changes_composition()) {
        // What was found under the members before may not hold under these.
        serve_and_look(findings, [&] { evaluate_again(findings); });
    }
    members_ = findings.membership.members;
    if (adapted_.forget_all_but(members_)) {
        cluster_.order(AdjustStep{{adapted_.adjusted().begin(), adapted_.adjusted().end()}});
    }
    models_.changed(adaptation.response.adapted);
    for (const composition::Substitution& substitution : adaptation.response.substitutions) {
        models_.changed({&substitution.incoming, 1});
    }
    models_.changed(adaptation.response.integrations);
}

}  // namespace mlaasim::run
