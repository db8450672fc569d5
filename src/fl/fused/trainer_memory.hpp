// What training and adaptation keep of a batch between forward and backward.
#pragma once

#include <vector>

#include "fl/fused/kernel_plan.hpp"
#include "sim/core/aligned.hpp"

namespace mlaasim::fl::fused {

using Floats = sim::AlignedVector<float>;

/// Of a convolution block.
struct BlockMemory {
    Floats input;     ///< bordered images
    Floats output;    ///< of the convolution
    Floats selected;  ///< what the pooling chose of it
    Floats dpooled;   ///< gradient of the block's output
    Floats mean;
    Floats deviation_inverse;
    Floats scale;  ///< of batch norm as z = scale x + shift
    Floats shift;
};

/// Of a fully connected layer.
struct LinearMemory {
    Floats output;  ///< after the ReLU; of the last layer the logits, then their gradient
    Floats gradient;
};

/// Of the convolution block whose gradients are computed: as large as the largest block needs.
struct GradientMemory {
    explicit GradientMemory(const KernelPlan& plan);

    Floats weight_gradient;  ///< and the sums that it is made of
    Floats turned_weight;
    Floats transformed_weight;
    Floats scratch;
    Floats channel_sums;
    std::vector<double> channel_totals;
    Floats offset;
    Floats slope;
    Floats dconvolved;  ///< of one sample, bordered where it is convolved back
};

/// Where a block's pooled output goes: the next block's bordered input, or the features of the linear layers.
struct PooledPlace {
    float* values;
    std::size_t sample;  ///< floats from one to the next
    std::size_t row;
    std::size_t column;
};
[[nodiscard]] inline PooledPlace pooled_place(const KernelPlan& plan, std::size_t b, std::vector<BlockMemory>& blocks,
                                              Floats& features) {
    if (b + 1 < blocks.size()) {
        const ConvolutionBlock& next = plan.convolutions()[b + 1];
        return {blocks[b + 1].input.data() + next.first_pixel(), next.input_floats(), next.shape.in_row,
                next.shape.in_stride};
    }
    const ConvolutionBlock& block = plan.convolutions()[b];
    const std::size_t column = block.shape.out_channels;
    return {features.data(), block.pooled_positions() * column, block.pooled_width * column, column};
}

}  // namespace mlaasim::fl::fused
