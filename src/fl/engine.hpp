// Which code trains and evaluates a model: the fused kernels of this project, or LibTorch's operations and autograd.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fl/batch_norm_adapter.hpp"
#include "fl/evaluation.hpp"
#include "fl/local_training.hpp"
#include "fl/model.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::fl {

/// automatic: fused wherever it has kernels for the model.
enum class Engine { automatic, fused, autograd };

[[nodiscard]] std::vector<sim::Choice> choices_of(Engine engine);

/// The engine of a model, and why it was chosen.
struct EngineChoice {
    bool fused = false;
    std::string reason;
};

/// Throws InputError when the fused engine is asked for and lacks kernels for the model.
[[nodiscard]] EngineChoice choose_engine(Engine wanted, const Model& model);

[[nodiscard]] std::unique_ptr<CohortTrainer> make_trainer(const EngineChoice& engine, const Model& model,
                                                          const TrainingOptions& options);
/// Forward passes alone. The model outlives the engine.
[[nodiscard]] std::unique_ptr<InferenceEngine> make_inference(const EngineChoice& engine, const Model& model);
/// `batch_size` bounds the samples of one forward pass.
[[nodiscard]] ModelEvaluator make_evaluator(const EngineChoice& engine, const Model& model, std::int64_t batch_size);

/// The model outlives it.
[[nodiscard]] std::unique_ptr<BatchNormAdapter> make_batch_norm_adapter(const EngineChoice& engine, const Model& model);

/// The instruction set of the fused kernels here: "AVX3" (AVX-512), "AVX2", "SSE4", "NEON", ...
[[nodiscard]] std::string fused_instruction_set();
/// Makes the fused kernels run on a lesser set than the processor has, so that unequal machines agree to the bit.
/// Throws InputError when they can't. To be called before any training or evaluation.
void choose_instruction_set(const std::string& name);

}  // namespace mlaasim::fl
