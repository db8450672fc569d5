#include "run/coordinator.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "run/cluster_laboratory.hpp"

namespace mlaasim::run {
namespace {

/// The services with a row of this round in `services`, by id.
std::vector<sim::ServiceId> recorded_services(sim::Round round, const sim::RowBuffer& rows) {
    std::vector<sim::ServiceId> found;
    auto records = rows.rows(sim::ServiceRecord::table());
    for (sim::ServiceRecord record; !records.empty(); records = records.first(records.size() - sizeof record)) {
        std::memcpy(&record, records.last(sizeof record).data(), sizeof record);
        if (record.round != round.value()) {
            break;
        }
        found.emplace_back(record.service);
    }
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
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

void Coordinator::record_confusion(const RoundFindings& findings, sim::RowBuffer& rows) const {
    if (!world_.scenario().keeps_confusion(findings.round)) {
        return;
    }
    const std::uint32_t classes = world_.classes();
    fl::Confusion all{classes};
    for (const fl::Confusion& client : findings.evaluation.served) {
        all.add(client);
    }
    for (std::uint32_t truth = 0; truth < classes; ++truth) {
        for (std::uint32_t predicted = 0; predicted < classes; ++predicted) {
            const std::int64_t samples = all.counts()[truth * std::size_t{classes} + predicted];
            if (samples > 0) {
                rows.append(sim::ConfusionRecord{
                    .round = findings.round.value(), .truth = truth, .predicted = predicted, .samples = samples});
            }
        }
    }
}

void Coordinator::record_satisfaction(RoundFindings& findings, sim::RowBuffer& rows) const {
    const composition::Membership& membership = findings.membership;
    composition::Offer offer =
        composition::offer_of(market_, membership.available.empty() ? membership.members : membership.available);
    offer.availability = composition::offer_of(market_, membership.members).availability;
    std::size_t stated = 0;
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        findings.required.push_back(
            composition::requirements_of(world_.scenario().clients.requirements, sim::ClientId{c}, findings.round));
        const double accuracy = findings.evaluation.served[c].metrics().accuracy;
        for (const composition::Satisfaction& found :
             composition::satisfaction(findings.required.back(), accuracy, offer)) {
            rows.append(sim::SatisfactionRecord{.round = findings.round.value(),
                                                .client = c,
                                                .requirement = composition::name_of(found.requirement),
                                                .required = found.required,
                                                .observed = found.observed,
                                                .met = found.met ? 1U : 0U});
            ++stated;
            findings.unmet += found.met ? 0 : 1;
            findings.complaints += !found.met && found.requirement == composition::Requirement::accuracy ? 1 : 0;
        }
    }
    if (stated > 0) {
        findings.record.satisfied = 1.0 - static_cast<double>(findings.unmet) / static_cast<double>(stated);
    }
}

void Coordinator::record_serving(const RoundFindings& findings, sim::RowBuffer& rows) {
    for (const FitServingStep::Report& report : findings.serving) {
        const tta::Decision& decision = report.decision;
        rows.append(sim::ServingRecord{.round = findings.round.value(),
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
                                       .classes_moved = decision.classes_moved,
                                       .drift = decision.drift,
                                       .clean_drift = decision.clean_drift,
                                       .alike = decision.alike,
                                       .mix_correction = tta::name_of(decision.mix_correction),
                                       .labels = decision.labels,
                                       .benefit = decision.benefit,
                                       .benefit_bound = decision.benefit_bound});
    }
}

void Coordinator::record_evidence(const RoundFindings& findings, sim::RowBuffer& rows) const {
    const SpentEvidence& spent = findings.spent;
    const auto record = [&](std::string_view tier, std::int64_t count) {
        if (count > 0) {
            rows.append(sim::EvidenceRecord{.round = findings.round.value(), .tier = tier, .spent = count});
        }
    };
    record("labels", spent.labels);
    record("unlabelled", spent.unlabelled);
    record("trials", spent.trials);
    if (!world_.scenario().adaptation.trigger->always_open()) {
        record("complaints", findings.complaints);
    }
}

void Coordinator::record_drift_of_services(sim::Round round, sim::RowBuffer& rows) const {
    if (world_.scenario().drift.empty()) {
        return;
    }
    for (const sim::ServiceId service : recorded_services(round, rows)) {
        record_drift(round, "service", service.value(), world_.drift().service(service, round), rows);
    }
}

void Coordinator::record_drift_of_clients(sim::Round round, sim::RowBuffer& rows) const {
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        record_drift(round, "client", c, world_.drift().client(sim::ClientId{c}, round), rows);
    }
}

sim::QosEstimate Coordinator::cost_of(sim::Round round, sim::ServiceId service) const {
    return qos_.estimate(service, round, world_.workload(service));
}

void Coordinator::observe(const ServiceReport& report, const sim::QosEstimate& cost) {
    const bool trained = report.status == TrainingStatus::trained;
    market_.observe_task(report.service, trained);
    market_.set_response_ms(report.service, cost.response_ms);
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

void Coordinator::record_training(sim::Round round, const ServiceReport& report, const sim::QosEstimate& cost,
                                  std::string_view role, sim::RowBuffer& rows) {
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
    service_rows_.write(record, rows);
}

}  // namespace mlaasim::run
