// What the adapter of batch norm keeps of each convolution.
#pragma once

#include <cstddef>
#include <vector>

#include "fl/fused/batch_moments.hpp"
#include "fl/fused/kernel_plan.hpp"
#include "fl/fused/trainer_memory.hpp"
#include "fl/model.hpp"

namespace mlaasim::fl::fused {

struct AdaptedBlock {
    std::size_t gamma = 0;  ///< offsets into the flat parameters
    std::size_t beta = 0;
    std::size_t mean = 0;
    std::size_t variance = 0;
    Floats transformed;  ///< weights, which stay the same, as the convolution reads them
    Floats turned;       ///< of the convolution that takes the gradient back
    Floats turned_transformed;
    BatchMoments moments;
    std::vector<double> gradient;  ///< by channel: of beta, then the sum of g (x - mean)
};

/// One for each convolution of the plan.
[[nodiscard]] std::vector<AdaptedBlock> adapted_blocks(const Model& model, const KernelPlan& plan);
/// Brings packed weights into the forms that convolutions read.
void prepare_weights(const KernelPlan& plan, const Floats& packed, std::vector<AdaptedBlock>& blocks);

}  // namespace mlaasim::fl::fused
