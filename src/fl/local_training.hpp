// Local training of a cohort: the services that a rank trains in one round.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/model.hpp"
#include "fl/optimizers/optimizer.hpp"
#include "sim/core/ids.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::fl {

struct TrainingOptions {
    std::int64_t epochs = 1;
    std::int64_t batch_size = 32;
    double learning_rate = 0.05;
    sim::Chosen<Optimizer> optimizer{optimizer_kinds()};
    double weight_decay = 0.0;
    double proximal = 0.0;  ///< mu of FedProx (Li et al. 2020): mu/2 |w - w_start|^2 is added to the loss
};

void declare(sim::OptionVisitor& visitor, TrainingOptions& options);

/// One service's work.
struct TrainingJob {
    sim::ServiceId service;
    sim::SampleSource samples;
    std::span<const float> start;  ///< parameters to start from, 64-byte aligned
    std::uint32_t attempt = 0;     ///< of the service in this round, from 0: each has random numbers of its own
    std::int64_t weight = 0;       ///< of the update in the sum, if there is one
};

/// One model in training: what an engine does with the batches that it is handed.
class ModelTrainer {
public:
    virtual ~ModelTrainer() = default;
    /// Starts from these parameters, with the optimiser's state at zero. They stay as they are until the first step.
    virtual void begin(std::span<const float> start) = 0;
    /// One step on a batch of 1 to batch_size samples; returns its mean cross-entropy before the step.
    virtual double step(const sim::SampleBlock& batch) = 0;
    /// A step's loss, and what became of the parameters in a sum.
    struct SummedStep {
        double loss;
        FixedPointSum::Outcome outcome;
    };
    /// The same as `step` and then `sum.add(parameters(), weight)`. An engine may hold back what it adds until
    /// `complete(sum)`.
    virtual SummedStep step_and_add(const sim::SampleBlock& batch, FixedPointSum& sum, std::int64_t weight) {
        const double loss = step(batch);
        return {loss, sum.add(parameters(), weight)};
    }
    virtual void complete(FixedPointSum& /*sum*/) {}
    /// The parameters as they are now; valid until the next call of `begin` or `step`.
    [[nodiscard]] virtual std::span<const float> parameters() = 0;
};

/// What a service hands back.
struct LocalUpdate {
    sim::ServiceId service;
    ModelTrainer* trainer = nullptr;
    double loss = 0.0;  ///< mean cross-entropy over the last epoch's samples, as trained
    std::int64_t samples = 0;
    std::int64_t steps = 0;
    std::optional<FixedPointSum::Outcome> outcome{};  ///< in the sum, if there is one

    /// Valid during the callback only; 64-byte aligned. Who doesn't ask for them spares the engine their rearrangement.
    [[nodiscard]] std::span<const float> parameters() const { return trainer->parameters(); }
};

/// Trains cohorts. Each service's result depends on its job, the seed and the round alone, not on the rest of its
/// cohort.
class CohortTrainer {
public:
    /// The next job of a cohort; nothing at its end.
    using NextJob = std::function<std::optional<TrainingJob>()>;
    using Finished = std::function<void(const LocalUpdate&)>;

    virtual ~CohortTrainer() = default;
    /// Asks for the next job when it has finished one, and calls `finished` after each. The shuffles are drawn from
    /// (seed, service, attempt, round). `sum`, if there is one, gets each update before that.
    virtual void train_each(const NextJob& next, sim::Seed seed, sim::Round round, const Finished& finished,
                            FixedPointSum* sum = nullptr) = 0;
    /// The same of jobs that are known before.
    void train(std::span<const TrainingJob> cohort, sim::Seed seed, sim::Round round, const Finished& finished,
               FixedPointSum* sum = nullptr);
};

/// The reference engine: LibTorch's autograd.
[[nodiscard]] std::unique_ptr<ModelTrainer> make_autograd_trainer(const Model& model, const TrainingOptions& options);

/// Trains a cohort with one engine, one service after the other: epochs, shuffles and batches are the same for all.
[[nodiscard]] std::unique_ptr<CohortTrainer> make_cohort_trainer(std::unique_ptr<ModelTrainer> trainer,
                                                                 const TrainingOptions& options);

/// Sets LibTorch to one thread. Call once, before any other use; results must not depend on thread counts.
void use_one_thread();

/// True for LibTorch's error about memory that it could not have; it is no std::bad_alloc.
[[nodiscard]] bool is_torch_out_of_memory(const std::exception& error);

/// "LibTorch 2.15.0" and the instruction set its kernels run on ("AVX512").
[[nodiscard]] std::string torch_version();
[[nodiscard]] std::string torch_instruction_set();

}  // namespace mlaasim::fl
