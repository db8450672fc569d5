#include "app/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "app/service_lists.hpp"

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

}  // namespace

Coordinator::Coordinator(const World& world, Cluster& cluster)
    : world_{world},
      cluster_{cluster},
      availability_{world.scenario().availability, world.services(), world.scenario().random_seed()},
      qos_{world.scenario().qos, world.services(), world.scenario().random_seed()},
      market_{world.classes(), world.scenario().services.history},
      policy_{world.scenario().adaptation.substitution.bandit.policy->make()},
      members_{first_services(world.scenario().initial_members())} {
    for (const ServiceId service : first_services(world.services())) {
        market_.add({.id = service,
                     .function = {.architecture = world.model().architecture(),
                                  .modality = world.model().input().height > 1 ? "image" : "sensor",
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
    if (!world_.scenario().advertises()) {
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
    const fl::Metrics metrics = fl::overall_metrics(progress.evaluation, world_.classes());
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

}  // namespace mlaasim::app
