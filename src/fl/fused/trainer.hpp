// Training without autograd and without allocation in the loop, on the kernels of fl/fused.
#pragma once

#include <memory>

#include "fl/local_training.hpp"
#include "fl/logits_trainer.hpp"

namespace mlaasim::fl::fused {

/// Precondition: KernelPlan::missing_kernel(model) is empty. Memory grows with the largest batch seen.
[[nodiscard]] std::unique_ptr<ModelTrainer> make_trainer(const Model& model, const TrainingOptions& options);

/// The same precondition.
[[nodiscard]] std::unique_ptr<LogitsTrainer> make_logits_trainer(const Model& model, double rate);

}  // namespace mlaasim::fl::fused
