#include "fl/layer_stack.hpp"

#include <utility>

namespace mlaasim::fl {

using sim::ParameterKind;
using sim::SampleShape;

void LayerStack::convolution(std::uint32_t channels, Window kernel, std::string_view option) {
    const SampleShape in = output();
    add(LayerKind::convolution, {channels, in.height, in.width}, kernel, option);
    add_block("conv", "weight", ParameterKind::weight, {channels, in.channels, kernel.height, kernel.width});
    add_block("conv", "bias", ParameterKind::bias, {channels});
}

void LayerStack::batch_norm() {
    const SampleShape shape = output();
    add(LayerKind::batch_norm, shape);
    add_block("bn", "gamma", ParameterKind::bn_gamma, {shape.channels});
    add_block("bn", "beta", ParameterKind::bn_beta, {shape.channels});
    add_block("bn", "mean", ParameterKind::bn_mean, {shape.channels});
    add_block("bn", "variance", ParameterKind::bn_variance, {shape.channels});
}

void LayerStack::relu() { add(LayerKind::relu, output()); }

void LayerStack::max_pool(Window window) {
    const SampleShape in = output();
    add(LayerKind::max_pool, {in.channels, in.height / window.height, in.width / window.width}, window);
}

void LayerStack::flatten() { add(LayerKind::flatten, {static_cast<std::uint32_t>(output().size()), 1, 1}); }

void LayerStack::linear(std::uint32_t width, std::string_view option) {
    const SampleShape in = output();
    add(LayerKind::linear, {width, 1, 1}, {}, option);
    add_block("linear", "weight", ParameterKind::weight, {width, in.channels});
    add_block("linear", "bias", ParameterKind::bias, {width});
}

LayerStack LayerStack::first(std::size_t count) const {
    LayerStack stack{input_};
    stack.layers_.assign(layers_.begin(), layers_.begin() + static_cast<std::ptrdiff_t>(count));
    for (const sim::ParameterBlock& block : layout_.blocks()) {
        if (block.layer < count) {
            stack.layout_.add(block.name, block.layer, block.kind, block.shape);
        }
    }
    return stack;
}

void LayerStack::add(LayerKind kind, const SampleShape& out, Window window, std::string_view option) {
    layers_.push_back({kind, output(), out, layout_.blocks().size(), window, option});
}

void LayerStack::add_block(std::string_view layer, std::string_view block, ParameterKind kind,
                           std::vector<std::int64_t> shape) {
    const std::size_t number = layers_.size() - 1;
    layout_.add(std::string{layer} + std::to_string(number) + "." + std::string{block},
                static_cast<std::uint32_t>(number), kind, std::move(shape));
}

std::string text_of(const SampleShape& shape) {
    return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

}  // namespace mlaasim::fl
