#include "run/model_description.hpp"

#include <string>

namespace mlaasim::run {
namespace {

std::string_view word_of(fl::LayerKind kind) {
    switch (kind) {
        case fl::LayerKind::linear: return "linear";
        case fl::LayerKind::convolution: return "convolution";
        case fl::LayerKind::batch_norm: return "batch_norm";
        case fl::LayerKind::relu: return "relu";
        case fl::LayerKind::max_pool: return "max_pool";
        case fl::LayerKind::flatten: return "flatten";
    }
    return "unknown";
}

/// As PyTorch's state_dict() has it.
std::string_view word_of(sim::ParameterKind kind) {
    switch (kind) {
        case sim::ParameterKind::weight:
        case sim::ParameterKind::bn_gamma: return "weight";
        case sim::ParameterKind::bias:
        case sim::ParameterKind::bn_beta: return "bias";
        case sim::ParameterKind::bn_mean: return "running_mean";
        case sim::ParameterKind::bn_variance: return "running_var";
    }
    return "unknown";
}

sim::ModelDescription::Layer layer_of(const fl::Layer& layer) {
    sim::ModelDescription::Layer described{.kind = std::string{word_of(layer.kind)}};
    const bool convolves = layer.kind == fl::LayerKind::convolution;
    const bool is_linear = layer.kind == fl::LayerKind::linear;
    if (convolves || is_linear || layer.kind == fl::LayerKind::batch_norm) {
        described.in = layer.in.channels;
    }
    if (convolves || is_linear) {
        described.out = layer.out.channels;
    }
    if (convolves || layer.kind == fl::LayerKind::max_pool) {
        described.window = {layer.window.height, layer.window.width};
    }
    return described;
}

}  // namespace

sim::ModelDescription description_of(const fl::Model& model, const sim::Dataset& data) {
    const sim::SampleShape& input = model.input();
    sim::ModelDescription described{.input = {input.channels, input.height, input.width},
                                    .classes = model.classes(),
                                    .mean = data.mean,
                                    .deviation = data.deviation,
                                    .layers = {},
                                    .parameters = {},
                                    .row = model.layout().size()};
    for (const fl::Layer& layer : model.layers()) {
        described.layers.push_back(layer_of(layer));
    }
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        described.parameters.push_back({.name = std::to_string(block.layer) + "." + std::string{word_of(block.kind)},
                                        .shape = {block.shape.begin(), block.shape.end()},
                                        .offset = block.offset});
    }
    return described;
}

}  // namespace mlaasim::run
