// One rank of a run: what it holds, and the loop that carries out what rank 0 orders.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/engine.hpp"
#include "fl/evaluation.hpp"
#include "fl/local_training.hpp"
#include "fl/soft_vote.hpp"
#include "run/models.hpp"
#include "run/observer.hpp"
#include "run/stopwatch.hpp"
#include "run/updates.hpp"
#include "run/world.hpp"
#include "sim/parallel/communicator.hpp"
#include "sim/trace/records.hpp"
#include "tta/features.hpp"

namespace mlaasim::run {

/// Models that pass over samples together: enough to share them in cache, few enough for memory.
inline constexpr std::size_t models_at_once = 16;

/// Samples on which an ensemble votes together, so that its members are loaded few times; more when one client has
/// more.
inline constexpr std::size_t voted_samples_at_once = 2048;

class ServingView;

/// What steps (src/run/steps/) work with. Nothing here is collective but `serve`.
class Worker {
public:
    Worker(const World& world, sim::Communicator communicator);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// `watcher` is called after each service that this rank has trained, until another takes its place; it may be
    /// empty.
    void watch_training(std::function<void(const TrainingProgress&)> watcher) { watcher_ = std::move(watcher); }
    [[nodiscard]] const std::function<void(const TrainingProgress&)>& training_watcher() const { return watcher_; }

    /// Carries out what rank 0 orders, until the step `Stop`.
    void serve();
    /// The next steps are of this round. Of what the round before has made, only the composition that
    /// serves and the models of an ensemble's members stay.
    void enter(sim::Round round);

    [[nodiscard]] const World& world() const { return world_; }
    [[nodiscard]] const sim::Communicator& communicator() const { return communicator_; }
    [[nodiscard]] sim::Round round() const { return round_; }
    [[nodiscard]] Models& models() { return models_; }
    [[nodiscard]] const Models& models() const { return models_; }
    [[nodiscard]] Updates& updates() { return updates_; }
    [[nodiscard]] const Updates& updates() const { return updates_; }
    [[nodiscard]] fl::ModelEvaluator& evaluator() { return evaluator_; }
    [[nodiscard]] fl::BatchNormAdapter& batch_norm_adapter();
    [[nodiscard]] fl::CohortTrainer& trainer() { return *trainer_; }

    /// A service's weight in an average: the same in every round.
    [[nodiscard]] std::int64_t weight(sim::ServiceId service) const;
    /// An empty sum for an average of this round. All of a round have one scale, so the sum of a set of services has
    /// the same bits whichever way it was made: added up, or from another set's sum and the difference.
    [[nodiscard]] fl::FixedPointSum empty_sum() const { return {parameter_count(), scale_}; }
    /// A parameter beyond this magnitude has diverged in this round.
    [[nodiscard]] double divergence_bound() const { return scale_.bound(); }
    [[nodiscard]] std::size_t parameter_count() const { return models_.parameters(initial_model).size(); }

    /// What serving clients by the composition takes, with these members' samples as the reference. It is kept until
    /// the round ends, another model serves, or others' samples are asked for.
    [[nodiscard]] ServingView& serving_view(const std::vector<sim::ServiceId>& members);

    /// A block for samples that a step reads and needs no longer.
    [[nodiscard]] sim::SampleBlock& scratch() { return scratch_; }
    /// By client, the samples of the round that are kept for assessment. Read when they are first asked for.
    [[nodiscard]] const std::vector<sim::SampleBlock>& assessment_blocks();
    /// The class of these samples, where all have the same one; nothing without any.
    [[nodiscard]] std::optional<std::uint32_t> only_labelled_class();
    /// Turns a client's of them, for the rest of the round; see SampleBlock::turn.
    void turn_assessment_block(sim::ClientId client, double degrees, float zero);
    /// The class probabilities that these members of an ensemble give for the blocks' samples: calls `take(voter,
    /// block, probabilities)` with positions in both lists, once for each pair.
    void vote(std::span<const sim::SampleBlock* const> blocks, std::span<const sim::ServiceId> voters,
              const std::function<void(std::size_t, std::size_t, std::vector<float>)>& take);
    /// The same for some clients' blocks, as many together as there is memory for: calls `take(client, votes)` with one
    /// row of probabilities a voter.
    void vote_together(const std::vector<sim::SampleBlock>& blocks, std::span<const std::uint32_t> clients,
                       std::span<const sim::ServiceId> voters,
                       const std::function<void(std::uint32_t, const std::vector<std::vector<float>>&)>& take);
    /// From now on the predictions of these members of an ensemble are adjusted (see tta::Technique), and no others'.
    void adjust(std::vector<sim::ServiceId> services) { adjusted_ = std::move(services); }
    /// Class probabilities of a model, as the technique adjusts them.
    [[nodiscard]] std::vector<float> adjusted(const tta::Technique& technique, std::span<const float> parameters,
                                              const sim::SampleBlock& block);
    /// The vote of all of them on each block.
    [[nodiscard]] std::vector<fl::SoftVote> votes(std::span<const sim::SampleBlock* const> blocks,
                                                  std::span<const sim::ServiceId> voters);
    /// The probabilities that all of them together give for one block.
    [[nodiscard]] std::vector<float> vote_on(const sim::SampleBlock& block, std::span<const sim::ServiceId> voters);

    /// Measures until it goes out of scope.
    [[nodiscard]] Stopwatch stopwatch(std::string_view phase) { return {timing_, communicator_.rank(), round_, phase}; }
    /// Notes the time of a phase that was measured elsewhere.
    void note_time(std::string_view phase, std::chrono::duration<double> time);
    /// What was measured since the last call.
    [[nodiscard]] std::vector<sim::TimingRecord> take_timing() { return std::exchange(timing_, {}); }

private:
    const World& world_;
    sim::Communicator communicator_;
    fl::ModelEvaluator evaluator_;
    std::unique_ptr<fl::BatchNormAdapter> batch_norm_adapter_;  ///< made when it is first asked for
    std::unique_ptr<fl::CohortTrainer> trainer_;
    Models models_;
    Updates updates_;
    std::unique_ptr<ServingView> serving_view_;
    std::int64_t largest_weight_ = 1;  ///< of one service
    std::int64_t total_weight_ = 0;    ///< of all services
    fl::FixedPointScale scale_;
    sim::Round round_{};
    std::vector<sim::ServiceId> adjusted_;
    std::unique_ptr<tta::FeatureReader> features_;  ///< made when it is first asked for
    sim::SampleBlock scratch_;
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
