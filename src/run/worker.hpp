// One rank's part of every step: what it owns, and what it does when the coordinator says so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/engine.hpp"
#include "fl/evaluation.hpp"
#include "fl/local_training.hpp"
#include "run/command.hpp"
#include "run/observer.hpp"
#include "run/world.hpp"
#include "sim/core/aligned.hpp"
#include "sim/parallel/communicator.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::run {

/// Every operation is collective: all ranks call it with the same command. What it returns is complete on rank 0 only.
class Worker {
public:
    Worker(const World& world, sim::Communicator communicator);

    /// `watcher` is called after each service that this rank has trained, until another takes its place; it may be
    /// empty.
    void watch_training(std::function<void(const TrainingProgress&)> watcher) { watcher_ = std::move(watcher); }

    /// Obeys rank 0 until it says stop.
    void serve();

    /// Local training of command.services, placed on the ranks by cost. With `install`, the mean of all updates that
    /// did not diverge becomes the composition's parameters. Reports come in the order of ids.
    std::vector<ServiceReport> train(const Command& command);
    /// Mean of the kept updates of command.services; with `install` it becomes the composition. Kept aside otherwise,
    /// for `adapt`.
    void compose(const Command& command);
    /// The composition on every client's stream, by client. Ensembles vote with command.services.
    std::vector<fl::Confusion> evaluate(const Command& command);
    /// Accuracy of the composition on the first samples of all streams, then of the composition without each of
    /// command.services: the members that `train` has just installed, at least two.
    std::vector<double> leave_one_out(const Command& command);
    /// Distance of each kept update to the composition's own update in this round, by id.
    std::vector<ServiceValue> update_distances(const Command& command);
    /// The kept updates of command.services, in their order.
    std::vector<std::vector<float>> fetch_rows(const Command& command);
    /// Test-time adaptation of the kept updates of command.services, checked against what `compose` has put aside;
    /// those that are composable replace the kept update. By id.
    std::vector<AdaptationReport> adapt(const Command& command);
    /// Drops all kept updates but those of command.services.
    void forget(const Command& command);
    /// Puts the state of a checkpoint back.
    void restore(const Command& command);
    std::vector<sim::TimingRecord> collect_timing();
    /// True on every rank when any rank was asked to stop by a signal.
    bool vote_to_stop();

    /// The composition's parameters.
    [[nodiscard]] std::span<const float> composition() const { return composition_; }
    /// What `compose` put aside.
    [[nodiscard]] std::span<const float> set_aside() const { return set_aside_; }
    [[nodiscard]] bool has_kept_row(sim::ServiceId service) const { return rows_.contains(service); }
    [[nodiscard]] std::span<const float> kept_row(sim::ServiceId service) const { return rows_.at(service).values; }

private:
    struct Row {
        sim::AlignedVector<float> values;
        bool owned = false;  ///< ensembles hold every row on every rank, but one rank answers for it
    };

    void dispatch(const Command& command);
    [[nodiscard]] std::int64_t weight(sim::ServiceId service) const;
    [[nodiscard]] fl::FixedPointScale scale_for(std::span<const sim::ServiceId> services,
                                                std::span<const float> reference) const;
    /// The services that this rank trains, and how evenly the cost is spread over the ranks.
    struct Share {
        std::vector<sim::ServiceId> services;
        double imbalance;
    };
    [[nodiscard]] Share mine(std::span<const sim::ServiceId> services) const;
    [[nodiscard]] std::vector<sim::ClientId> my_clients() const;
    [[nodiscard]] std::vector<sim::ServiceId> owned(std::span<const sim::ServiceId> services) const;
    [[nodiscard]] std::span<const float> start_of(sim::ServiceId service, StartFrom start) const;
    [[nodiscard]] double training_cost(std::span<const sim::ServiceId> services) const;
    void keep(sim::ServiceId service, std::span<const float> parameters);
    void share_rows(std::span<const sim::ServiceId> services);
    void measure_holdout(ServiceReport& report, std::span<const float> parameters, sim::Round round);
    [[nodiscard]] std::vector<std::vector<float>> votes(const sim::SampleBlock& block,
                                                        std::span<const sim::ServiceId> voters);
    std::vector<std::int64_t> correct_without(std::span<const sim::ServiceId> services);
    void read_assessment_blocks(sim::Round round);
    [[nodiscard]] sim::SampleBlock read_adaptation_batch(sim::Round round) const;

    const World& world_;
    sim::Communicator communicator_;
    fl::ModelEvaluator evaluator_;
    std::unique_ptr<fl::CohortTrainer> trainer_;
    sim::AlignedVector<float> initial_;
    sim::AlignedVector<float> composition_;
    sim::AlignedVector<float> previous_;  ///< the composition that the last training started from
    sim::AlignedVector<float> set_aside_;
    fl::FixedPointSum sum_;  ///< of the last training that was installed
    std::unordered_map<sim::ServiceId, Row> rows_;
    sim::SampleBlock block_;
    std::vector<sim::SampleBlock> assessment_blocks_;
    sim::Round assessment_round_{};
    std::vector<sim::TimingRecord> timing_;
    std::function<void(const TrainingProgress&)> watcher_;
};

/// Watches a worker's training as long as this object lives.
class TrainingWatch {
public:
    TrainingWatch(Worker& worker, std::function<void(const TrainingProgress&)> watcher) : worker_{worker} {
        worker_.watch_training(std::move(watcher));
    }
    ~TrainingWatch() { worker_.watch_training({}); }
    TrainingWatch(const TrainingWatch&) = delete;
    TrainingWatch& operator=(const TrainingWatch&) = delete;

private:
    Worker& worker_;
};

}  // namespace mlaasim::run
