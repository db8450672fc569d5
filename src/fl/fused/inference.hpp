// Forward passes of several models over the same samples, on the kernels of fl/fused.
#pragma once

#include <memory>

#include "fl/evaluation.hpp"

namespace mlaasim::fl::fused {

/// Precondition: KernelPlan::missing_kernel(model) is empty.
[[nodiscard]] std::unique_ptr<InferenceEngine> make_inference(const Model& model);

}  // namespace mlaasim::fl::fused
