#include "fl/engine.hpp"

#include <algorithm>

#include "fl/fused/batch_norm_adapter.hpp"
#include "fl/fused/inference.hpp"
#include "fl/fused/kernel_plan.hpp"
#include "fl/fused/kernels.hpp"
#include "fl/fused/trainer.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {

std::vector<sim::Choice> choices_of(Engine /*engine*/) {
    return {{"auto", static_cast<int>(Engine::automatic), "fused where it has kernels for the model, else autograd"},
            {"fused", static_cast<int>(Engine::fused), "this project's kernels, without autograd"},
            {"autograd", static_cast<int>(Engine::autograd), "LibTorch's operations and autograd, the reference"}};
}

EngineChoice choose_engine(Engine wanted, const Model& model) {
    if (wanted == Engine::autograd) {
        return {.fused = false, .reason = "asked for"};
    }
    const std::optional<std::string> missing = fused::KernelPlan::missing_kernel(model);
    if (!missing.has_value()) {
        return {
            .fused = true,
            .reason = wanted == Engine::fused ? "asked for" : "there are fused kernels for all layers of the model"};
    }
    if (wanted == Engine::fused) {
        throw sim::InputError({.what = "engine is fused, but it has no kernels for the model: " + *missing,
                               .expected = "a model of layers that the fused engine knows",
                               .hint = "use engine: auto"});
    }
    return {.fused = false, .reason = "there are no fused kernels for the model: " + *missing};
}

std::unique_ptr<CohortTrainer> make_trainer(const EngineChoice& engine, const Model& model,
                                            const TrainingOptions& options) {
    return make_cohort_trainer(
        engine.fused ? fused::make_trainer(model, options) : make_autograd_trainer(model, options), options);
}

std::unique_ptr<InferenceEngine> make_inference(const EngineChoice& engine, const Model& model) {
    return engine.fused ? fused::make_inference(model) : make_torch_inference(model);
}

ModelEvaluator make_evaluator(const EngineChoice& engine, const Model& model, std::int64_t batch_size) {
    return {model, batch_size, make_inference(engine, model)};
}

std::unique_ptr<BatchNormAdapter> make_batch_norm_adapter(const EngineChoice& engine, const Model& model) {
    return engine.fused ? fused::make_batch_norm_adapter(model) : make_torch_batch_norm_adapter(model);
}

std::string fused_instruction_set() { return fused::target_name(); }

void choose_instruction_set(const std::string& name) {
    const std::vector<std::string> names = fused::target_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        std::string all;
        for (const std::string& known : names) {
            all += (all.empty() ? "" : ", ") + known;
        }
        throw sim::InputError({.what = "the fused kernels can't run on the instruction set \"" + name + "\" here",
                               .expected = all,
                               .hint = "correct or unset MLAASIM_INSTRUCTION_SET"});
    }
    fused::choose_target(name);
}

}  // namespace mlaasim::fl
