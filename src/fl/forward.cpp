#include "fl/forward.hpp"

#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {

ParameterTensors::ParameterTensors(const Model& model, std::span<float> flat, bool gradients) {
    sim::expects(flat.size() == model.layout().size(), "the flat array has the layout's size");
    sim::expects(reinterpret_cast<std::uintptr_t>(flat.data()) % sim::kernel_alignment == 0,
                 "parameters are 64-byte aligned");
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        at::Tensor tensor = at::from_blob(flat.data() + block.offset, block.shape, at::kFloat);
        if (gradients && block.trainable()) {
            tensor.set_requires_grad(true);
            leaves_.push_back(tensor);
        }
        tensors_.push_back(std::move(tensor));
    }
}

at::Tensor forward(const Model& model, const ParameterTensors& parameters, at::Tensor batch, BatchNormMode mode,
                   const StatisticsObserver& observer) {
    at::Tensor x = std::move(batch);
    for (const Layer& layer : model.layers()) {
        const auto block = [&](std::size_t i) -> const at::Tensor& { return parameters[layer.first_block + i]; };
        switch (layer.kind) {
            case LayerKind::linear: x = at::linear(x, block(0), block(1)); break;
            case LayerKind::convolution: {
                const std::int64_t padding[] = {layer.window.height / 2, layer.window.width / 2};
                x = at::conv2d(x, block(0), block(1), 1, padding);
                break;
            }
            case LayerKind::batch_norm: {
                if (observer) {
                    auto [variance, mean] = at::var_mean(x, at::IntArrayRef{0, 2, 3}, /*unbiased=*/false);
                    observer({layer.first_block, std::move(mean), std::move(variance)});
                }
                x = at::batch_norm(x, block(0), block(1), block(2), block(3), mode == BatchNormMode::training,
                                   batch_norm_momentum, batch_norm_epsilon, /*cudnn_enabled=*/false);
                break;
            }
            case LayerKind::relu: x = at::relu(x); break;
            case LayerKind::max_pool: {
                const std::int64_t window[] = {layer.window.height, layer.window.width};
                x = at::max_pool2d(x, window);
                break;
            }
            case LayerKind::flatten: x = x.flatten(1); break;
        }
    }
    return x;
}

at::Tensor batch_of(const Model& model, const float* values, std::size_t count) {
    sim::expects(reinterpret_cast<std::uintptr_t>(values) % sim::kernel_alignment == 0, "batches are 64-byte aligned");
    const sim::SampleShape& shape = model.input();
    const auto row = static_cast<std::int64_t>(sim::padded_floats(shape.size()));
    // from_blob only reads here, but has no const form.
    return at::from_blob(const_cast<float*>(values),
                         {static_cast<std::int64_t>(count), shape.channels, shape.height, shape.width},
                         {row, std::int64_t{shape.height} * shape.width, shape.width, 1}, at::kFloat);
}

}  // namespace mlaasim::fl
