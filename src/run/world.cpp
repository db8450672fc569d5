#include "run/world.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "run/needs.hpp"
#include "run/scenario_checks.hpp"
#include "sim/stream/draw_by_class.hpp"

namespace mlaasim::run {
namespace {

sim::Partition partition_of(const sim::SamplePool& pool, std::int64_t holders, const std::string& who,
                            const sim::Partitioner& options, sim::RandomStream random) {
    return sim::below(who + ".partition", [&] {
        sim::check_pool(pool.count(), static_cast<std::uint32_t>(holders), options, who);
        return options.partition(pool.labels, pool.classes, static_cast<std::uint32_t>(holders), random);
    });
}

}  // namespace

World::World(const Scenario& scenario, std::unique_ptr<sim::MappedDataset> data)
    : scenario_{scenario},
      data_{std::move(data)},
      service_partition_{partition_of(data_->dataset().train, scenario.services.count, "services",
                                      *scenario.services.partition,
                                      {scenario.random_seed(), sim::Purpose::partition, 0, 0})},
      client_partition_{partition_of(data_->dataset().test, scenario.clients.count, "clients",
                                     *scenario.clients.partition,
                                     {scenario.random_seed(), sim::Purpose::client_pool, 0, 0})},
      client_pools_{client_partition_, clients(), scenario.adaptation.evidence, scenario.random_seed()},
      model_{sim::below("model",
                        [&] {
                            return fl::Model{scenario.model, data_->dataset().train.shape, classes()};
                        })},
      engine_{sim::below("engine", [&] { return fl::choose_engine(scenario.engine, model_); })},
      drift_{sim::below("drift", [&] {
          return sim::DriftSchedule{scenario.drift, services(), clients(), classes(), scenario.random_seed()};
      })} {
    check_update_memory(scenario_, model_);
    if (can_adapt(scenario_, model_)) {
        check_adaptation_samples(scenario_, adaptation_samples());
    }
}

std::int64_t World::adaptation_samples() const {
    std::int64_t samples = 0;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < clients(); ++c) {
        const auto stream =
            client_stream(sim::ClientId{c}, sim::Round{0}, indices, scenario_.test_time.samples).indices.size();
        samples += static_cast<std::int64_t>(stream);
    }
    return samples;
}

sim::SampleSource World::source(const sim::SamplePool& pool, std::span<const std::uint32_t> indices,
                                sim::DriftState drift, sim::Round round) const {
    return {.pool = &pool,
            .mean = data_->dataset().mean,
            .deviation = data_->dataset().deviation,
            .indices = indices,
            .drift = std::move(drift),
            .seed = scenario_.random_seed(),
            .round = round};
}

std::int64_t World::training_count(sim::ServiceId service) const {
    const auto all = static_cast<double>(service_partition_.samples(service.value()).size());
    const auto held_out = std::floor(all * scenario_.services.holdout);
    return static_cast<std::int64_t>(all - held_out);
}

sim::SampleSource World::training_samples(sim::ServiceId service, sim::Round round) const {
    const auto samples = service_partition_.samples(service.value());
    return source(data_->dataset().train, samples.first(static_cast<std::size_t>(training_count(service))),
                  drift_.service(service, round), round);
}

sim::SampleSource World::holdout_samples(sim::ServiceId service, sim::Round round) const {
    const auto samples = service_partition_.samples(service.value());
    return source(data_->dataset().train, samples.subspan(static_cast<std::size_t>(training_count(service))),
                  drift_.service(service, round), round);
}

std::vector<double> World::class_histogram(sim::ServiceId service, sim::Round round) const {
    const sim::SampleSource samples = training_samples(service, round);
    std::vector<double> counts(classes(), 0.0);
    for (const std::uint32_t sample : samples.indices) {
        counts[samples.drift.label(samples.pool->labels[sample], samples.seed, sample, classes())] += 1.0;
    }
    return counts;
}

std::vector<double> World::class_mix(sim::ClientId client, sim::Round round) const {
    return scenario_.clients.order->class_mix(classes(), client, round, scenario_.random_seed());
}

sim::SampleSource World::client_stream(sim::ClientId client, sim::Round round, std::vector<std::uint32_t>& indices,
                                       std::int64_t limit) const {
    const auto pool = client_pools_.scored(client);
    indices.assign(pool.begin(), pool.end());
    const auto wanted = static_cast<std::size_t>(scenario_.clients.stream);
    sim::RandomStream random{scenario_.random_seed(), sim::Purpose::client_stream, client.value(), round.value()};
    if (const std::vector<double> mix = class_mix(client, round); !mix.empty()) {
        const std::size_t count = wanted > 0 ? std::min(wanted, indices.size()) : indices.size();
        sim::draw_by_class(indices, count, data_->dataset().test.labels, mix, random);
        indices.resize(count);
    } else if (wanted > 0 && wanted < indices.size()) {
        // The first `wanted` steps of a Fisher-Yates shuffle draw that many without replacement.
        for (std::size_t i = 0; i < wanted; ++i) {
            std::swap(indices[i], indices[i + random.below(static_cast<std::uint32_t>(indices.size() - i))]);
        }
        indices.resize(wanted);
    }
    if (limit > 0 && static_cast<std::size_t>(limit) < indices.size()) {
        indices.resize(static_cast<std::size_t>(limit));
    }
    return source(data_->dataset().test, indices, drift_.client(client, round), round);
}

sim::SampleSource World::assessment_samples(sim::ClientId client, sim::Round round,
                                            std::vector<std::uint32_t>& indices) const {
    indices = client_pools_.labelled(client, round, class_mix(client, round), data_->dataset().test.labels);
    return source(data_->dataset().test, indices, drift_.client(client, round), round);
}

std::int64_t World::streamed_samples() const {
    std::int64_t samples = 0;
    for (std::uint32_t c = 0; c < clients(); ++c) {
        const auto held = static_cast<std::int64_t>(client_pools_.scored(sim::ClientId{c}).size());
        samples += scenario_.clients.stream > 0 ? std::min(scenario_.clients.stream, held) : held;
    }
    return samples;
}

sim::Workload World::workload(sim::ServiceId service) const {
    const double forward = model_.forward_flops();
    const auto samples = static_cast<double>(training_count(service));
    return {.forward_flops = forward,
            // Backward computes the gradients of inputs and of weights: twice the forward pass.
            .training_flops = 3.0 * forward,
            .parameter_bytes = 4.0 * static_cast<double>(model_.layout().parameter_count()),
            .activation_bytes =
                4.0 * model_.activation_count() * std::min(samples, static_cast<double>(scenario_.training.batch_size)),
            .trained_samples = samples * static_cast<double>(scenario_.training.epochs),
            .sample_bytes = static_cast<double>(model_.input().size())};
}

double World::training_cost(sim::ServiceId service) const {
    const sim::Workload work = workload(service);
    // Every service, with samples or without, has its parameters copied, checked and added up; a pass over a parameter
    // takes about as long as ten operations of a product.
    constexpr double operations_per_parameter = 40.0;
    return work.trained_samples * work.training_flops +
           operations_per_parameter * static_cast<double>(model_.layout().parameter_count());
}

std::size_t World::data_bytes() const {
    return data_->dataset().train.values.size() + data_->dataset().test.values.size();
}

}  // namespace mlaasim::run
