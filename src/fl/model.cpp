#include "fl/model.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using sim::ParameterKind;
using sim::SampleShape;

std::string text(const SampleShape& shape) {
    return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

std::int64_t fan_in(const sim::ParameterBlock& weight) {
    std::int64_t product = 1;
    for (std::size_t i = 1; i < weight.shape.size(); ++i) {
        product *= weight.shape[i];
    }
    return product;
}

}  // namespace

std::vector<sim::Choice> choices_of(ModelKind /*kind*/) {
    return {{"mlp", static_cast<int>(ModelKind::mlp), "fully connected layers with ReLU between"},
            {"cnn", static_cast<int>(ModelKind::cnn),
             "blocks of 3x3 convolution, batch norm, ReLU and 2x2 max pooling, then fully connected layers"},
            {"cnn1d", static_cast<int>(ModelKind::cnn1d),
             "the same along time, for sensor windows: convolution of 3 and max pooling of 2 time steps"},
            {"logistic", static_cast<int>(ModelKind::logistic), "softmax regression: one linear layer"}};
}

void declare(sim::OptionVisitor& visitor, ModelOptions& options) {
    visitor.choice("kind", options.kind, {.doc = "Architecture"});
    visitor.option(
        "channels", options.channels,
        {.doc = "Output channels of each convolution block",
         .range = sim::between(1, 4096),
         .only_with = {"kind", "cnn or cnn1d", options.kind == ModelKind::cnn || options.kind == ModelKind::cnn1d}});
    visitor.option("hidden", options.hidden,
                   {.doc = "Widths of the hidden fully connected layers; [] connects input and output directly",
                    .range = sim::between(1, 65536),
                    .only_with = {"kind", "mlp, cnn or cnn1d", options.kind != ModelKind::logistic}});
}

Model::Model(const ModelOptions& options, const SampleShape& input, std::uint32_t classes)
    : input_{input}, classes_{classes} {
    architecture_ = std::string(sim::choice_name(options.kind)) + " " + text(input);
    if (options.kind == ModelKind::cnn) {
        if (input.height == 1 && input.width > 1) {
            throw sim::InputError({.what = "model.kind is cnn, but samples are " + text(input),
                                   .expected = "images",
                                   .hint = "use model.kind: cnn1d for windows of time steps"});
        }
        add_blocks(options.channels, {3, 3}, {2, 2});
    } else if (options.kind == ModelKind::cnn1d) {
        if (input.height != 1) {
            throw sim::InputError({.what = "model.kind is cnn1d, but samples are " + text(input),
                                   .expected = "windows of channels x 1 x time steps",
                                   .hint = "use model.kind: cnn for images, or data.source: synthetic_sensors",
                                   .path = "kind"});
        }
        add_blocks(options.channels, {1, 3}, {1, 2});
    }
    const SampleShape last = layers_.empty() ? input : layers_.back().out;
    add(LayerKind::flatten, {static_cast<std::uint32_t>(last.size()), 1, 1});
    if (options.kind != ModelKind::logistic) {
        for (const std::int64_t width : options.hidden) {
            architecture_ += " h" + std::to_string(width);
            add_linear(width);
            add(LayerKind::relu, layers_.back().out);
        }
    }
    architecture_ += " o" + std::to_string(classes);
    add_linear(classes);
}

void Model::add_blocks(const std::vector<std::int64_t>& channels, Window kernel, Window pooling) {
    SampleShape shape = input_;
    for (const std::int64_t outputs : channels) {
        if (shape.height < pooling.height || shape.width < pooling.width) {
            throw sim::InputError({.what = "model.channels has " + std::to_string(channels.size()) +
                                           " blocks, and each halves the sample, but samples are " + text(input_),
                                   .expected = "at most as many blocks as the sample can be halved",
                                   .hint = "shorten model.channels",
                                   .path = "channels"});
        }
        architecture_ += " c" + std::to_string(outputs);
        shape.channels = static_cast<std::uint32_t>(outputs);
        add(LayerKind::convolution, shape, kernel);
        add(LayerKind::batch_norm, shape);
        add(LayerKind::relu, shape);
        shape.height /= pooling.height;
        shape.width /= pooling.width;
        add(LayerKind::max_pool, shape, pooling);
    }
}

void Model::add(LayerKind kind, const SampleShape& out, Window window) {
    const SampleShape in = layers_.empty() ? input_ : layers_.back().out;
    const auto number = static_cast<std::uint32_t>(layers_.size());
    const std::string suffix = std::to_string(number);
    const std::size_t first = layout_.blocks().size();
    if (kind == LayerKind::convolution) {
        layout_.add("conv" + suffix + ".weight", number, ParameterKind::weight,
                    {out.channels, in.channels, window.height, window.width});
        layout_.add("conv" + suffix + ".bias", number, ParameterKind::bias, {out.channels});
    } else if (kind == LayerKind::batch_norm) {
        layout_.add("bn" + suffix + ".gamma", number, ParameterKind::bn_gamma, {out.channels});
        layout_.add("bn" + suffix + ".beta", number, ParameterKind::bn_beta, {out.channels});
        layout_.add("bn" + suffix + ".mean", number, ParameterKind::bn_mean, {out.channels});
        layout_.add("bn" + suffix + ".variance", number, ParameterKind::bn_variance, {out.channels});
    } else if (kind == LayerKind::linear) {
        layout_.add("linear" + suffix + ".weight", number, ParameterKind::weight, {out.channels, in.channels});
        layout_.add("linear" + suffix + ".bias", number, ParameterKind::bias, {out.channels});
    }
    layers_.push_back({kind, in, out, first, window});
}

void Model::add_linear(std::int64_t width) { add(LayerKind::linear, {static_cast<std::uint32_t>(width), 1, 1}); }

void Model::initialise(std::span<float> flat, sim::RandomStream random) const {
    sim::expects(flat.size() == layout_.size(), "the flat array has the layout's size");
    std::fill(flat.begin(), flat.end(), 0.0F);
    double bound = 0.0;
    for (const sim::ParameterBlock& block : layout_.blocks()) {
        const auto values = layout_.view(flat, block);
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
    for (const Layer& layer : layers_) {
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
    auto count = static_cast<double>(input_.size());
    for (const Layer& layer : layers_) {
        count += layer.kind == LayerKind::flatten ? 0.0 : static_cast<double>(layer.out.size());
    }
    return count;
}

}  // namespace mlaasim::fl
