#include "run/coordinator.hpp"

#include <cstring>
#include <set>
#include <string_view>

#include "run/cluster_laboratory.hpp"

namespace mlaasim::run {
namespace {

/// The services with a row of this round in `services`, by id.
std::set<sim::ServiceId> recorded_services(sim::Round round, const sim::RowBuffer& rows) {
    std::set<sim::ServiceId> found;
    auto records = rows.rows(sim::ServiceRecord::table());
    for (sim::ServiceRecord record; !records.empty(); records = records.first(records.size() - sizeof record)) {
        std::memcpy(&record, records.last(sizeof record).data(), sizeof record);
        if (record.round != round.value()) {
            break;
        }
        found.emplace(record.service);
    }
    return found;
}

void record_drift(sim::Round round, std::string_view target, std::uint32_t id, const sim::DriftState& drift,
                  sim::RowBuffer& rows) {
    for (const sim::DriftInForce& entry : drift.entries) {
        rows.append(sim::DriftRecord{
            .round = round.value(), .target = target, .id = id, .entry = entry.entry, .strength = entry.strength});
    }
}

}  // namespace

void Coordinator::record_clients(const RoundFindings& findings, sim::RowBuffer& rows) const {
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        const fl::Metrics before = findings.evaluation.served[c].metrics();
        const fl::Metrics after =
            findings.adapted_evaluation.empty() ? before : findings.adapted_evaluation[c].metrics();
        rows.append(sim::ClientRecord{.round = findings.round.value(),
                                      .client = c,
                                      .samples = findings.evaluation.served[c].total(),
                                      .accuracy = before.accuracy,
                                      .precision = before.precision,
                                      .recall = before.recall,
                                      .f1 = before.f1,
                                      .loss = before.loss,
                                      .adapted_accuracy = after.accuracy,
                                      .adapted_loss = after.loss,
                                      .plain_accuracy = findings.evaluation.plain[c].metrics().accuracy});
    }
}

void Coordinator::record_serving(sim::Round round, const FitServingStep::Report& report, sim::RowBuffer& rows) {
    const tta::Decision& decision = report.decision;
    rows.append(sim::ServingRecord{.round = round.value(),
                                   .client = report.client.value(),
                                   .branch = tta::name_of(decision.branch),
                                   .reason = tta::name_of(decision.reason),
                                   .samples = decision.samples,
                                   .angle = decision.angle,
                                   .gain = decision.gain,
                                   .clean_gain = decision.clean_gain,
                                   .flagged_aligned = decision.flagged_aligned,
                                   .flagged = decision.flagged,
                                   .flagged_to_open = decision.flagged_to_open,
                                   .adapted_to = decision.adapted_to,
                                   .labels = decision.labels,
                                   .benefit = decision.benefit,
                                   .benefit_bound = decision.benefit_bound});
}

void Coordinator::record_evidence(sim::Round round, const SpentEvidence& spent, sim::RowBuffer& rows) const {
    const auto record = [&](std::string_view tier, std::int64_t count) {
        if (count > 0) {
            rows.append(sim::EvidenceRecord{.round = round.value(), .tier = tier, .spent = count});
        }
    };
    record(world_.scenario().adaptation.evidence.labels > 0 ? "labels" : "scored", spent.assessed);
    record("unlabelled", spent.unlabelled);
    record("trials", spent.trials);
}

void Coordinator::record_drift_of_services(sim::Round round, sim::RowBuffer& rows) const {
    for (const sim::ServiceId service : recorded_services(round, rows)) {
        record_drift(round, "service", service.value(), world_.drift().service(service, round), rows);
    }
}

void Coordinator::record_drift_of_clients(sim::Round round, sim::RowBuffer& rows) const {
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        record_drift(round, "client", c, world_.drift().client(sim::ClientId{c}, round), rows);
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

sim::ServiceRecord Coordinator::service_record(sim::Round round, sim::ServiceId service, std::string_view role) const {
    return {.round = round.value(),
            .service = service.value(),
            .role = role,
            .effectiveness = market_.effectiveness(service),
            .quality = market_.quality(service),
            .reliability = market_.reliability(service),
            .response_ms = market_.response_ms(service)};
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

}  // namespace mlaasim::run
