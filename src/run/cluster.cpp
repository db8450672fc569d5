#include "run/cluster.hpp"

#include <exception>

#include "sim/core/error.hpp"

namespace mlaasim::run {

Cluster::Cluster(Worker& worker, sim::Communicator communicator)
    : worker_{worker}, communicator_{std::move(communicator)} {
    sim::expects(communicator_.is_root(), "the coordinator is rank 0");
}

Cluster::~Cluster() {
    // While an exception unwinds the other ranks are ended by MPI, not by an order that they may not be waiting for.
    if (std::uncaught_exceptions() == 0) {
        order({.kind = CommandKind::stop});
    }
}

const Command& Cluster::order(Command command) {
    // Orders without a round of their own belong to the round that goes on.
    if (!command.round.valid()) {
        command.round = last_.round;
    }
    last_ = std::move(command);
    if (communicator_.size() > 1) {
        std::vector<std::byte> bytes = last_.pack();
        communicator_.broadcast(bytes);
    }
    communicator_.begin(step_of(last_));
    return last_;
}

std::vector<ServiceReport> Cluster::train(sim::Round round, std::vector<sim::ServiceId> members, StartFrom start,
                                          Keep keep) {
    return worker_.train(order({.kind = CommandKind::train,
                                .round = round,
                                .start = start,
                                .keep = keep,
                                .install = true,
                                .services = std::move(members)}));
}

std::vector<ServiceReport> Cluster::train_on_trial(sim::Round round, std::vector<sim::ServiceId> services,
                                                   StartFrom start, Keep keep) {
    return worker_.train(order(
        {.kind = CommandKind::train, .round = round, .start = start, .keep = keep, .services = std::move(services)}));
}

void Cluster::recompose(std::vector<sim::ServiceId> members) {
    worker_.compose(order({.kind = CommandKind::compose, .install = true, .services = std::move(members)}));
}

void Cluster::compose_aside(std::vector<sim::ServiceId> members) {
    worker_.compose(order({.kind = CommandKind::compose, .services = std::move(members)}));
}

std::vector<fl::Confusion> Cluster::evaluate(sim::Round round, std::vector<sim::ServiceId> voters) {
    return worker_.evaluate(order({.kind = CommandKind::evaluate, .round = round, .services = std::move(voters)}));
}

std::vector<double> Cluster::leave_one_out(sim::Round round, std::vector<sim::ServiceId> members) {
    return worker_.leave_one_out(
        order({.kind = CommandKind::leave_one_out, .round = round, .services = std::move(members)}));
}

std::vector<ServiceValue> Cluster::update_distances(sim::Round round, std::vector<sim::ServiceId> members,
                                                    composition::DistanceKind kind) {
    return worker_.update_distances(order(
        {.kind = CommandKind::update_distances, .round = round, .distance = kind, .services = std::move(members)}));
}

std::vector<std::vector<float>> Cluster::fetch_rows(std::vector<sim::ServiceId> services) {
    return worker_.fetch_rows(order({.kind = CommandKind::fetch_rows, .services = std::move(services)}));
}

std::vector<AdaptationReport> Cluster::adapt(sim::Round round, std::vector<sim::ServiceId> services) {
    return worker_.adapt(order({.kind = CommandKind::adapt, .round = round, .services = std::move(services)}));
}

void Cluster::forget_all_but(std::vector<sim::ServiceId> services) {
    worker_.forget(order({.kind = CommandKind::forget, .services = std::move(services)}));
}

void Cluster::restore(std::vector<sim::ServiceId> services, std::vector<float> parameters) {
    worker_.restore(
        order({.kind = CommandKind::restore, .services = std::move(services), .parameters = std::move(parameters)}));
}

std::vector<sim::TimingRecord> Cluster::collect_timing() {
    order({.kind = CommandKind::collect_timing});
    return worker_.collect_timing();
}

bool Cluster::vote_to_stop() {
    order({.kind = CommandKind::vote_to_stop});
    return worker_.vote_to_stop();
}

}  // namespace mlaasim::run
