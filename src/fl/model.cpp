#include "fl/model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using sim::ParameterKind;
using sim::SampleShape;

/// " c16 h64 o10": the outputs of convolutions and of fully connected layers, of which the last gives the classes.
std::string text_of(std::span<const Layer> layers) {
    std::string words;
    for (const Layer& layer : layers) {
        const std::string outputs = std::to_string(layer.out.channels);
        if (layer.kind == LayerKind::convolution) {
            words += " c" + outputs;
        } else if (layer.kind == LayerKind::linear) {
            words += (&layer == &layers.back() ? " o" : " h") + outputs;
        }
    }
    return words;
}

std::int64_t fan_in(const sim::ParameterBlock& weight) {
    std::int64_t product = 1;
    for (std::size_t i = 1; i < weight.shape.size(); ++i) {
        product *= weight.shape[i];
    }
    return product;
}

}  // namespace

Model::Model(const sim::Chosen<Architecture>& architecture, const SampleShape& input, std::uint32_t classes)
    : stack_{input}, classes_{classes} {
    architecture->build(stack_, classes);
    sim::expects(stack_.output().size() == classes, "a model's last layer gives one number a class");
    architecture_ = std::string{architecture.word()} + " " + text_of(input) + text_of(layers());
}

Model::Model(LayerStack stack, std::string architecture)
    : stack_{std::move(stack)},
      classes_{static_cast<std::uint32_t>(stack_.output().size())},
      architecture_{std::move(architecture)} {}

std::optional<Model> Model::body() const {
    const std::span<const Layer> all = layers();
    if (all.size() < 3 || all[all.size() - 3].kind != LayerKind::linear) {
        return std::nullopt;
    }
    LayerStack below = stack_.first(all.size() - 2);
    std::string words = "body of " + architecture_;
    return Model{std::move(below), std::move(words)};
}

void Model::initialise(std::span<float> flat, sim::RandomStream random) const {
    sim::expects(flat.size() == layout().size(), "the flat array has the layout's size");
    std::fill(flat.begin(), flat.end(), 0.0F);
    double bound = 0.0;
    for (const sim::ParameterBlock& block : layout().blocks()) {
        const auto values = layout().view(flat, block);
        switch (block.kind) {
            case ParameterKind::weight: bound = 1.0 / std::sqrt(static_cast<double>(fan_in(block))); [[fallthrough]];
            case ParameterKind::bias:  // follows its weight, whose fan-in bounds it too
                for (float& value : values) {
                    value = static_cast<float>(random.uniform(-bound, bound));
                }
                break;
            case ParameterKind::bn_gamma:
            case ParameterKind::bn_variance: std::fill(values.begin(), values.end(), 1.0F); break;
            case ParameterKind::bn_beta:
            case ParameterKind::bn_mean: break;
        }
    }
}

double Model::forward_flops() const {
    double flops = 0.0;
    for (const Layer& layer : layers()) {
        const auto outputs = static_cast<double>(layer.out.size());
        switch (layer.kind) {
            case LayerKind::linear: flops += 2.0 * outputs * static_cast<double>(layer.in.size()); break;
            case LayerKind::convolution:
                flops += 2.0 * layer.window.height * layer.window.width * outputs * layer.in.channels;
                break;
            case LayerKind::batch_norm: flops += 2.0 * outputs; break;
            case LayerKind::relu: flops += outputs; break;
            case LayerKind::max_pool: flops += (layer.window.height * layer.window.width - 1.0) * outputs; break;
            case LayerKind::flatten: break;
        }
    }
    return flops;
}

double Model::activation_count() const {
    auto count = static_cast<double>(input().size());
    for (const Layer& layer : layers()) {
        count += layer.kind == LayerKind::flatten ? 0.0 : static_cast<double>(layer.out.size());
    }
    return count;
}

}  // namespace mlaasim::fl
