// Everything that follows from the scenario alone: the same on every rank, recomputed rather than stored or sent.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "fl/engine.hpp"
#include "fl/model.hpp"
#include "run/client_pools.hpp"
#include "run/scenario.hpp"
#include "sim/data/cache.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/drift/schedule.hpp"
#include "sim/partition/partition.hpp"
#include "sim/qos/qos.hpp"

namespace mlaasim::run {

class World {
public:
    /// `data` is the node's mapped data set. Throws InputError when scenario and data don't fit, or when the members'
    /// updates would take more memory than the scenario allows.
    World(const Scenario& scenario, std::unique_ptr<sim::MappedDataset> data);

    World(const World&) = delete;
    World& operator=(const World&) = delete;

    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const fl::Model& model() const { return model_; }
    /// What trains and evaluates the model.
    [[nodiscard]] const fl::EngineChoice& engine() const { return engine_; }
    [[nodiscard]] const sim::DriftSchedule& drift() const { return drift_; }
    [[nodiscard]] const sim::Dataset& data() const { return data_->dataset(); }
    [[nodiscard]] std::uint32_t services() const { return static_cast<std::uint32_t>(scenario_.services.count); }
    [[nodiscard]] std::uint32_t clients() const { return static_cast<std::uint32_t>(scenario_.clients.count); }
    [[nodiscard]] std::uint32_t classes() const { return data_->dataset().train.classes; }

    /// The samples that a service trains on in a round, and those kept for measuring its effectiveness.
    [[nodiscard]] sim::SampleSource training_samples(sim::ServiceId service, sim::Round round) const;
    [[nodiscard]] sim::SampleSource holdout_samples(sim::ServiceId service, sim::Round round) const;
    /// Number of training samples of a service, the same in every round.
    [[nodiscard]] std::int64_t training_count(sim::ServiceId service) const;
    /// Label counts of a service's training samples as drifted in the round.
    [[nodiscard]] std::vector<double> class_histogram(sim::ServiceId service, sim::Round round) const;

    /// The samples that a client streams in a round: `indices` receives them, the source refers to it. `limit` keeps
    /// at most so many, the first ones; 0 keeps all.
    [[nodiscard]] sim::SampleSource client_stream(sim::ClientId client, sim::Round round,
                                                  std::vector<std::uint32_t>& indices, std::int64_t limit = 0) const;

    /// The samples of a client on which a round assesses: the labelled ones that the scenario grants.
    [[nodiscard]] sim::SampleSource assessment_samples(sim::ClientId client, sim::Round round,
                                                       std::vector<std::uint32_t>& indices) const;

    /// Samples that all clients together stream in a round.
    [[nodiscard]] std::int64_t streamed_samples() const;

    /// The demand of one round of local training, for the QoS model.
    [[nodiscard]] sim::Workload workload(sim::ServiceId service) const;
    /// Predicted cost of training a service, for placing it on a rank (floating-point operations).
    [[nodiscard]] double training_cost(sim::ServiceId service) const;
    /// Bytes of the mapped data set, one copy a node.
    [[nodiscard]] std::size_t data_bytes() const;

private:
    /// How often each class comes in a client's stream of a round; empty where clients.order has no mix of classes.
    [[nodiscard]] std::vector<double> class_mix(sim::ClientId client, sim::Round round) const;
    /// Of all clients together in a round.
    [[nodiscard]] std::int64_t adaptation_samples() const;
    [[nodiscard]] sim::SampleSource source(const sim::SamplePool& pool, std::span<const std::uint32_t> indices,
                                           sim::DriftState drift, sim::Round round) const;

    Scenario scenario_;
    std::unique_ptr<sim::MappedDataset> data_;
    sim::Partition service_partition_;
    sim::Partition client_partition_;
    ClientPools client_pools_;
    fl::Model model_;
    fl::EngineChoice engine_;
    sim::DriftSchedule drift_;
};

}  // namespace mlaasim::run
