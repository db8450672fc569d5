#include "fl/fused/trainer_memory.hpp"

#include <algorithm>

namespace mlaasim::fl::fused {

GradientMemory::GradientMemory(const KernelPlan& plan) {
    std::size_t weights = 0;
    std::size_t sums = 0;
    std::size_t channels = 0;
    std::size_t image = 0;
    std::size_t transformed = 0;
    std::size_t scratch_size = 0;
    for (const ConvolutionBlock& block : plan.convolutions()) {
        const std::size_t padded = block.shape.out_channels;
        for (const Convolution& shape : {block.shape, block.back()}) {
            transformed = std::max(transformed, transformed_floats(shape));
            scratch_size = std::max(scratch_size, scratch_floats(shape));
        }
        sums = std::max(sums, gradient_sum_floats(block.shape));
        scratch_size = std::max(scratch_size, gradient_scratch_floats(block.shape));
        weights = std::max(
            weights, block.shape.kernel_height * 3 * padded * std::max(block.shape.in_channels, block.shape.in_stride));
        channels = std::max(channels, padded);
        image = std::max(image, (block.shape.height + 2 * block.border) * (block.shape.width + 2) * padded);
    }
    weight_gradient.resize(sums);
    turned_weight.resize(weights);
    transformed_weight.resize(transformed);
    scratch.resize(scratch_size);
    channel_sums.resize(3 * channels);
    channel_totals.resize(2 * channels);
    dconvolved.resize(image);
}

}  // namespace mlaasim::fl::fused
