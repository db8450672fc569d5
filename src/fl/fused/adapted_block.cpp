#include "fl/fused/adapted_block.hpp"

namespace mlaasim::fl::fused {

std::vector<AdaptedBlock> adapted_blocks(const Model& model, const KernelPlan& plan) {
    std::vector<AdaptedBlock> blocks(plan.convolutions().size());
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const ConvolutionBlock& block = plan.convolutions()[b];
        blocks[b].transformed.resize(transformed_floats(block.shape));
        blocks[b].turned.resize(block.shape.kernel_height * 3 * block.channels * block.shape.in_stride);
        blocks[b].turned_transformed.resize(transformed_floats(block.back()));
    }
    std::size_t b = 0;
    for (const Layer& layer : model.layers()) {
        if (layer.kind == LayerKind::batch_norm) {
            const auto offset = [&](std::size_t i) { return model.layout().blocks()[layer.first_block + i].offset; };
            AdaptedBlock& block = blocks[b++];
            block.gamma = offset(0);
            block.beta = offset(1);
            block.mean = offset(2);
            block.variance = offset(3);
        }
    }
    return blocks;
}

void prepare_weights(const KernelPlan& plan, const Floats& packed, std::vector<AdaptedBlock>& blocks) {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const ConvolutionBlock& block = plan.convolutions()[b];
        transform_weights(block.shape, &packed[block.weight], blocks[b].transformed.data());
        if (b > 0) {
            turn_weights(block, &packed[block.weight], blocks[b].turned.data());
            transform_weights(block.back(), blocks[b].turned.data(), blocks[b].turned_transformed.data());
        }
    }
}

}  // namespace mlaasim::fl::fused
