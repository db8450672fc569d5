#include "run/coordinator.hpp"

#include <algorithm>

#include "run/cluster_laboratory.hpp"

namespace mlaasim::run {
namespace {

/// The strength of all entries of this kind together.
double strength_of(std::string_view kind, const sim::DriftState& drift) {
    std::vector<double> strengths;
    const sim::Corruption* corruption = nullptr;
    for (const sim::DriftInForce& entry : drift.entries) {
        if (entry.options->kind.word() == kind) {
            strengths.push_back(entry.strength);
            const sim::DriftChange change = entry.options->kind->change();
            const auto* const found = std::get_if<const sim::Corruption*>(&change);
            corruption = found == nullptr ? nullptr : *found;
        }
    }
    if (corruption != nullptr) {
        return corruption->combined(strengths).value();
    }
    return strengths.empty() ? 0.0 : *std::ranges::max_element(strengths);
}

}  // namespace

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
                                      .rotation_degrees = strength_of("rotation", drift),
                                      .noise_deviation = strength_of("noise", drift),
                                      .swapped_share = strength_of("label_swap", drift)});
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
    const sim::DriftState drift = world_.drift().service(service, round);
    return {.round = round.value(),
            .service = service.value(),
            .role = role,
            .effectiveness = market_.effectiveness(service),
            .quality = market_.quality(service),
            .reliability = market_.reliability(service),
            .response_ms = market_.response_ms(service),
            .rotation_degrees = strength_of("rotation", drift),
            .noise_deviation = strength_of("noise", drift),
            .swapped_share = strength_of("label_swap", drift)};
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
