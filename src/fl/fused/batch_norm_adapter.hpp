// Adaptation of batch norm on the kernels of fl/fused, without autograd.
#pragma once

#include <memory>

#include "fl/batch_norm_adapter.hpp"

namespace mlaasim::fl::fused {

/// Precondition: KernelPlan::missing_kernel(model) is empty.
[[nodiscard]] std::unique_ptr<BatchNormAdapter> make_batch_norm_adapter(const Model& model);

}  // namespace mlaasim::fl::fused
