#include "run/worker.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "composition/assessment/functional.hpp"
#include "run/service_lists.hpp"
#include "run/stopwatch.hpp"
#include "sim/core/error.hpp"
#include "sim/parallel/decomposition.hpp"

namespace mlaasim::run {
namespace {

sim::AlignedVector<float> initial_parameters(const World& world) {
    sim::AlignedVector<float> parameters(world.model().layout().size());
    world.model().initialise(parameters, {world.scenario().random_seed(), sim::Purpose::model_init, 0, 0});
    return parameters;
}

}  // namespace

Worker::Worker(const World& world, sim::Communicator communicator)
    : world_{world},
      communicator_{std::move(communicator)},
      evaluator_{fl::make_evaluator(world.engine(), world.model(), world.scenario().evaluation.batch_size)},
      trainer_{fl::make_trainer(world.engine(), world.model(), world.scenario().training)},
      initial_{initial_parameters(world)},
      composition_{initial_},
      previous_{initial_},
      sum_{initial_.size(), {1.0, 1, 1}} {}

void Worker::serve() {
    for (;;) {
        std::vector<std::byte> bytes;
        communicator_.broadcast(bytes);
        const Command command = Command::unpack(bytes);
        const std::string step = step_of(command);
        communicator_.begin(step);
        if (command.kind == CommandKind::stop) {
            return;
        }
        dispatch(command);
        communicator_.begin("rank 0's own work (decisions, trace) after the " + step);
    }
}

void Worker::dispatch(const Command& command) {
    switch (command.kind) {
        case CommandKind::train: static_cast<void>(train(command)); break;
        case CommandKind::compose: compose(command); break;
        case CommandKind::evaluate: static_cast<void>(evaluate(command)); break;
        case CommandKind::leave_one_out: static_cast<void>(leave_one_out(command)); break;
        case CommandKind::update_distances: static_cast<void>(update_distances(command)); break;
        case CommandKind::fetch_rows: static_cast<void>(fetch_rows(command)); break;
        case CommandKind::adapt: static_cast<void>(adapt(command)); break;
        case CommandKind::forget: forget(command); break;
        case CommandKind::restore: restore(command); break;
        case CommandKind::collect_timing: static_cast<void>(collect_timing()); break;
        case CommandKind::vote_to_stop: static_cast<void>(vote_to_stop()); break;
        case CommandKind::stop: break;
    }
}

std::int64_t Worker::weight(sim::ServiceId service) const {
    return fl::aggregation_weight(world_.scenario().composition.aggregation, world_.training_count(service));
}

fl::FixedPointScale Worker::scale_for(std::span<const sim::ServiceId> services,
                                      std::span<const float> reference) const {
    std::int64_t largest = 1;
    std::int64_t total = 0;
    for (const sim::ServiceId service : services) {
        largest = std::max(largest, weight(service));
        total += weight(service);
    }
    return {fl::divergence_bound(reference), largest, std::max(largest, total)};
}

Worker::Share Worker::mine(std::span<const sim::ServiceId> services) const {
    std::vector<double> costs(services.size());
    std::transform(services.begin(), services.end(), costs.begin(),
                   [&](sim::ServiceId service) { return world_.training_cost(service); });
    const auto placement = sim::Decomposition::balance(costs, communicator_.size());
    Share own{.services = {}, .imbalance = placement.imbalance()};
    for (const std::uint32_t item : placement.items(communicator_.rank())) {
        own.services.push_back(services[item]);
    }
    return own;
}

std::vector<sim::ClientId> Worker::my_clients() const {
    const std::vector<double> costs(world_.clients(), 1.0);
    const auto placement = sim::Decomposition::balance(costs, communicator_.size());
    std::vector<sim::ClientId> own;
    for (const std::uint32_t item : placement.items(communicator_.rank())) {
        own.emplace_back(item);
    }
    return own;
}

std::span<const float> Worker::start_of(sim::ServiceId service, StartFrom start) const {
    if (start == StartFrom::composition) {
        return composition_;
    }
    const auto row = rows_.find(service);
    return row == rows_.end() ? std::span<const float>{initial_} : row->second.values;
}

double Worker::training_cost(std::span<const sim::ServiceId> services) const {
    double cost = 0.0;
    for (const sim::ServiceId service : services) {
        cost += world_.training_cost(service);
    }
    return cost;
}

void Worker::measure_holdout(ServiceReport& report, std::span<const float> parameters, sim::Round round) {
    const sim::SampleSource held_out = world_.holdout_samples(report.service, round);
    if (held_out.indices.empty()) {
        return;
    }
    block_.read(held_out);
    const fl::Confusion confusion = evaluator_.evaluate(parameters, block_);
    report.holdout_correct = confusion.correct();
    report.holdout_total = confusion.total();
}

std::vector<ServiceReport> Worker::train(const Command& command) {
    const bool ensemble = world_.scenario().is_ensemble();
    if (command.install) {
        previous_ = composition_;
        if (!ensemble) {
            rows_.clear();
        }
    }
    // Trials are judged as the members were that they may join: by the model that the round started from.
    fl::FixedPointSum sum{initial_.size(), scale_for(command.services, previous_)};
    std::vector<ServiceReport> reports;
    {
        Stopwatch stopwatch{timing_, communicator_.rank(), command.round, command.install ? "train" : "trial"};
        std::vector<fl::TrainingJob> jobs;
        const Share own = mine(command.services);
        stopwatch.imbalance = own.imbalance;
        jobs.reserve(own.services.size());
        for (const sim::ServiceId service : own.services) {
            jobs.push_back(
                {service, world_.training_samples(service, command.round), start_of(service, command.start)});
        }
        stopwatch.items = static_cast<std::int64_t>(jobs.size());
        const double cost = watcher_ ? training_cost(own.services) : 0.0;
        double cost_done = 0.0;
        trainer_->train(jobs, world_.scenario().random_seed(), command.round, [&](const fl::LocalUpdate& update) {
            ServiceReport report{.service = update.service, .samples = update.samples, .loss = update.loss};
            if (sum.add(update.parameters, weight(update.service)) == fl::FixedPointSum::Outcome::added) {
                measure_holdout(report, update.parameters, command.round);
                if (command.keep == Keep::yes) {
                    keep(update.service, update.parameters);
                }
            } else {
                report.status = TrainingStatus::diverged;
                report.loss = 0.0;
            }
            reports.push_back(report);
            if (watcher_) {
                cost_done += world_.training_cost(update.service);
                watcher_({.trial = !command.install && command.round.value() > 0,
                          .services = static_cast<std::int64_t>(command.services.size()),
                          .share = cost_done / cost});
            }
        });
    }
    if (command.install) {
        const Stopwatch stopwatch{timing_, communicator_.rank(), command.round, "aggregate"};
        communicator_.sum(sum.units());
        if (sum.weight() > 0) {
            sum.mean(composition_);
        }
        sum_ = std::move(sum);
    }
    if (ensemble && command.keep == Keep::yes) {
        // A row that another rank trained before this round is replaced by the one that arrives.
        share_rows(mine(command.services).services);
    }
    return by_service(communicator_.gather_records(reports));
}

void Worker::compose(const Command& command) {
    fl::FixedPointSum sum{initial_.size(), scale_for(command.services, previous_)};
    std::vector<std::span<const float>> rows;
    std::vector<std::int64_t> weights;
    for (const sim::ServiceId service : owned(command.services)) {
        rows.emplace_back(rows_.at(service).values);
        weights.push_back(weight(service));
    }
    for (const fl::FixedPointSum::Outcome outcome : sum.add(rows, weights)) {
        sim::expects(outcome == fl::FixedPointSum::Outcome::added, "kept updates can be added");
    }
    communicator_.sum(sum.units());
    sim::expects(sum.weight() > 0, "a composition has members with updates");
    set_aside_.resize(initial_.size());
    sum.mean(set_aside_);
    if (command.install) {
        composition_ = set_aside_;
    }
}

std::vector<ServiceValue> Worker::update_distances(const Command& command) {
    const std::vector<sim::ServiceId> own = owned(command.services);
    std::vector<std::span<const float>> rows;
    rows.reserve(own.size());
    for (const sim::ServiceId service : own) {
        rows.emplace_back(rows_.at(service).values);
    }
    const std::vector<double> values =
        composition::update_distances(rows, previous_, composition_, world_.model().layout(), command.distance);
    std::vector<ServiceValue> distances;
    for (std::size_t i = 0; i < own.size(); ++i) {
        distances.push_back({own[i], values[i]});
    }
    return by_service(communicator_.gather_records(distances));
}

std::vector<sim::TimingRecord> Worker::collect_timing() {
    return communicator_.gather_records(std::exchange(timing_, {}));
}

bool Worker::vote_to_stop() { return communicator_.maximum(asked_to_stop() ? 1 : 0) != 0; }

}  // namespace mlaasim::run
