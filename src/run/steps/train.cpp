#include "run/steps/train.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "run/service_lists.hpp"
#include "run/steps/placement.hpp"
#include "sim/parallel/shared_work.hpp"

namespace mlaasim::run {
namespace {

void measure_holdout(Worker& worker, ServiceReport& report, const fl::LocalUpdate& update) {
    const sim::SampleSource held_out = worker.world().holdout_samples(report.service, worker.round());
    if (held_out.indices.empty()) {
        return;
    }
    worker.scratch().read(held_out);
    const fl::Confusion confusion = worker.evaluator().evaluate(update.parameters(), worker.scratch());
    report.holdout_correct = confusion.correct();
    report.holdout_total = confusion.total();
}

std::span<const float> start_of(const Worker& worker, sim::ServiceId service, StartFrom start, sim::ModelId model) {
    if (start == StartFrom::model) {
        return worker.models().parameters(model);
    }
    const sim::AlignedVector<float>* const own = worker.updates().find(service);
    return own != nullptr ? *own : worker.models().parameters(initial_model);
}

}  // namespace

TrainStep::Result TrainStep::carry_out(Worker& worker) const {
    const World& world = worker.world();
    const sim::Communicator& communicator = worker.communicator();
    const std::vector<double> costs_of_services = training_costs(world, services);
    sim::SharedWork work{costs_of_services, communicator};
    double cost_of_share = 0.0;
    for (const std::uint32_t item : work.placement().items(communicator.rank())) {
        cost_of_share += costs_of_services[item];
    }

    if (keep == Keep::yes && !world.scenario().is_ensemble()) {
        // Another rank may have trained them before in this round, and a row has one owner.
        worker.updates().forget(services);
    }

    // A candidate's update counts from the model that the round started from, as those of the members do.
    std::optional<fl::FixedPointSum> sum;
    if (becomes.valid()) {
        sum = worker.empty_sum();
    }
    std::vector<sim::ServiceId> trained;  // here
    Result reports;
    {
        Stopwatch stopwatch = worker.stopwatch(becomes.valid() ? "train" : "trial");
        stopwatch.imbalance = work.placement().imbalance();
        double cost_done = 0.0;
        const auto take = [&](const fl::LocalUpdate& update) {
            ServiceReport report{.service = update.service, .samples = update.samples, .loss = update.loss};
            const auto outcome =
                sum ? *update.outcome : fl::FixedPointSum::judge(update.parameters(), worker.divergence_bound());
            if (outcome == fl::FixedPointSum::Outcome::added) {
                measure_holdout(worker, report, update);
                if (keep == Keep::yes) {
                    worker.updates().keep(update.service, update.parameters());
                }
            } else {
                report.status = TrainingStatus::diverged;
                report.loss = 0.0;
            }
            reports.push_back(report);
            if (worker.training_watcher()) {
                worker.training_watcher()({.trial = !becomes.valid() && worker.round().value() > 0,
                                           .services = static_cast<std::int64_t>(services.size()),
                                           .share = std::min(1.0, cost_done / cost_of_share)});
            }
        };
        const auto next = [&]() -> std::optional<fl::TrainingJob> {
            const auto item = work.next();
            if (!item) {
                return std::nullopt;
            }
            const sim::ServiceId service = services[*item];
            trained.push_back(service);
            cost_done += costs_of_services[*item];
            return fl::TrainingJob{.service = service,
                                   .samples = world.training_samples(service, worker.round()),
                                   .start = start_of(worker, service, start, model),
                                   .attempt = attempt,
                                   .weight = worker.weight(service)};
        };
        worker.trainer().train_each(next, world.scenario().random_seed(), worker.round(), take, sum ? &*sum : nullptr);
        stopwatch.items = static_cast<std::int64_t>(trained.size());
    }
    if (becomes.valid()) {
        const Stopwatch stopwatch = worker.stopwatch("aggregate");
        communicator.sum(sum->units());
        NamedModel& made = worker.models().make(becomes);
        if (sum->weight() > 0) {
            made.parameters.resize(worker.parameter_count());
            sum->mean(made.parameters);
        }
        made.sum = std::move(*sum);
    }
    const Stopwatch stopwatch = worker.stopwatch("collect");
    if (world.scenario().is_ensemble() && keep == Keep::yes) {
        // A row that another rank trained before this round is replaced by the one that arrives.
        worker.updates().share(trained, communicator);
    }
    return by_service(communicator.gather_records(reports));
}

std::vector<StepCost> TrainStep::costs(const World& world, int ranks) const {
    const sim::Decomposition placement = services_on_ranks(world, services, ranks);
    const bool shares = world.scenario().is_ensemble() && keep == Keep::yes;
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        const auto items = placement.items(rank);
        cost.services = static_cast<double>(items.size());
        for (const std::uint32_t item : items) {
            cost.training += world.training_cost(services[item]);
        }
        if (keep == Keep::yes) {
            // Shared rows are kept, packed and gathered.
            cost.kept_rows = shares ? 3.0 * static_cast<double>(services.size()) : cost.services;
        }
        if (becomes.valid()) {
            cost.sums = 1;
            cost.summed_numbers = static_cast<double>(world.model().layout().size());
        }
        cost.spreads = shares ? 2 : 0;  // ids, and their rows
        cost.spread_rows = shares ? static_cast<double>(services.size()) : 0.0;
        cost.gathers = 1;
        cost.sent_bytes = rank == 0 ? 0.0 : static_cast<double>(items.size() * sizeof(ServiceReport));
    }
    return costs;
}

}  // namespace mlaasim::run
