// Local training of a cohort: all the services that a rank trains in one round, handed over at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fl/model.hpp"
#include "sim/data/sample_block.hpp"
#include "sim/ids.hpp"
#include "sim/options.hpp"

namespace mlaasim::fl {

struct TrainingOptions {
    std::int64_t epochs = 1;
    std::int64_t batch_size = 32;
    double learning_rate = 0.05;
    double momentum = 0.0;
    double weight_decay = 0.0;
};

void declare(sim::OptionVisitor& visitor, TrainingOptions& options);

/// One service's work.
struct TrainingJob {
    sim::ServiceId service;
    sim::SampleSource samples;
    std::span<const float> start;  ///< parameters to start from, on 64 bytes
};

/// What a service hands back.
struct LocalUpdate {
    sim::ServiceId service;
    std::span<const float> parameters;  ///< valid during the callback only; on 64 bytes
    double loss = 0.0;                  ///< mean cross-entropy over the last epoch's samples, as trained
    std::int64_t samples = 0;
    std::int64_t steps = 0;
};

/// Trains cohorts. Each service's result depends on its job, the seed and the round alone, not on the rest of the
/// cohort.
class CohortTrainer {
public:
    virtual ~CohortTrainer() = default;
    /// Calls `finished` once per job, in the jobs' order. The shuffles are drawn from (seed, service, round).
    virtual void train(std::span<const TrainingJob> cohort, sim::Seed seed, sim::Round round,
                       const std::function<void(const LocalUpdate&)>& finished) = 0;
};

/// The reference engine: LibTorch's autograd, one service after the other.
[[nodiscard]] std::unique_ptr<CohortTrainer> make_autograd_trainer(const Model& model, const TrainingOptions& options);

/// Sets LibTorch to one thread. Call once, before any other use; results must not depend on thread counts.
void use_one_thread();

/// "LibTorch 2.15.0" and the instruction set its kernels run on ("AVX512").
[[nodiscard]] std::string torch_version();
[[nodiscard]] std::string torch_instruction_set();

}  // namespace mlaasim::fl
