#include "fl/fused/kernel_plan.hpp"

#include <algorithm>
#include <array>

#include "sim/core/error.hpp"

namespace mlaasim::fl::fused {
namespace {

constexpr std::array block_kinds{LayerKind::convolution, LayerKind::batch_norm, LayerKind::relu, LayerKind::max_pool};

bool is_block(std::span<const Layer> layers) {
    if (layers.size() < block_kinds.size()) {
        return false;
    }
    for (std::size_t i = 0; i < block_kinds.size(); ++i) {
        if (layers[i].kind != block_kinds[i]) {
            return false;
        }
    }
    const Window kernel = layers[0].window;
    const Window pooling = layers[3].window;
    return (kernel == Window{3, 3} && pooling == Window{2, 2}) || (kernel == Window{1, 3} && pooling == Window{1, 2});
}

}  // namespace

std::optional<std::string> KernelPlan::missing_kernel(const Model& model) {
    std::span<const Layer> layers = model.layers();
    while (is_block(layers)) {
        layers = layers.subspan(block_kinds.size());
    }
    if (layers.empty() || layers.front().kind != LayerKind::flatten) {
        return "its convolutions are not blocks of convolution, batch norm, ReLU and pooling";
    }
    layers = layers.subspan(1);
    while (!layers.empty()) {
        if (layers.front().kind != LayerKind::linear) {
            return "it has other layers behind its convolutions than fully connected ones";
        }
        const bool relu = layers.size() > 1 && layers[1].kind == LayerKind::relu;
        layers = layers.subspan(relu ? 2 : 1);
    }
    return std::nullopt;
}

KernelPlan::KernelPlan(const Model& model) : flat_size_{model.layout().size()} {
    sim::expects(!missing_kernel(model).has_value(), "the fused engine has kernels for the model");
    const auto blocks = model.layout().blocks();
    std::span<const Layer> layers = model.layers();
    std::size_t stride = model.input().channels;
    for (; is_block(layers); layers = layers.subspan(block_kinds.size())) {
        const Layer& layer = layers[0];
        const std::size_t inputs = layer.in.channels;
        const std::size_t outputs = layer.out.channels;
        const std::size_t padded = sim::padded_floats(outputs);
        const std::size_t taps = std::size_t{layer.window.height} * layer.window.width;
        ConvolutionBlock block{.shape = {.height = layer.in.height,
                                         .width = layer.in.width,
                                         .kernel_height = layer.window.height,
                                         .in_channels = inputs,
                                         .in_stride = stride,
                                         .in_row = (layer.in.width + 2) * stride,
                                         .out_channels = padded},
                               .pooling = {.height = layer.in.height,
                                           .width = layer.in.width,
                                           .window_height = layers[3].window.height,
                                           .window_width = layers[3].window.width,
                                           .channels = padded},
                               .channels = outputs,
                               .border = layer.window.height / 2,
                               .pooled_height = layers[3].out.height,
                               .pooled_width = layers[3].out.width};
        block.weight = place({.flat = blocks[layer.first_block].offset,
                              .sizes = {outputs, inputs, taps},
                              .flat_strides = {inputs * taps, taps, 1},
                              .packed_strides = {1, padded, inputs * padded}},
                             taps * inputs * padded);
        block.bias = place_vector(blocks[layer.first_block + 1]);
        block.gamma = place_vector(blocks[layers[1].first_block]);
        block.beta = place_vector(blocks[layers[1].first_block + 1]);
        block.mean = place_vector(blocks[layers[1].first_block + 2]);
        block.variance = place_vector(blocks[layers[1].first_block + 3]);
        convolutions_.push_back(block);
        stride = padded;
    }
    layers = layers.subspan(1);
    while (!layers.empty()) {
        const Layer& layer = layers[0];
        const std::size_t in = layer.in.size();
        const std::size_t out = layer.out.size();
        LinearBlock block{.out = out, .relu = layers.size() > 1 && layers[1].kind == LayerKind::relu};
        Transfer transfer{.flat = blocks[layer.first_block].offset, .sizes = {1, out, in}};
        if (linears_.empty() && !convolutions_.empty()) {
            // Features come as [position][channel], but LibTorch flattens [channel][position].
            const ConvolutionBlock& last = convolutions_.back();
            const std::size_t positions = last.pooled_positions();
            block.in = positions * last.shape.out_channels;
            transfer.sizes[0] = out;
            transfer.sizes[1] = positions;
            transfer.sizes[2] = last.channels;
            transfer.flat_strides[0] = in;
            transfer.flat_strides[1] = 1;
            transfer.flat_strides[2] = positions;
            transfer.packed_strides[0] = block.in;
            transfer.packed_strides[1] = last.shape.out_channels;
        } else {
            block.in = sim::padded_floats(in);
            transfer.flat_strides[1] = in;
            transfer.packed_strides[1] = block.in;
        }
        block.weight = place(transfer, out * block.in);
        block.bias = place_vector(blocks[layer.first_block + 1]);
        linears_.push_back(block);
        layers = layers.subspan(block.relu ? 2 : 1);
    }
    is_flat_ = convolutions_.empty() && packed_size_ == model.layout().size() &&
               std::all_of(transfers_.begin(), transfers_.end(), [](const Transfer& transfer) {
                   return transfer.flat == transfer.packed && transfer.flat_strides[1] == transfer.packed_strides[1];
               });
}

std::size_t KernelPlan::place(const Transfer& transfer, std::size_t packed_floats) {
    const std::size_t offset = packed_size_;
    transfers_.push_back(transfer);
    transfers_.back().packed = offset;
    packed_size_ += sim::padded_floats(packed_floats);
    return offset;
}

std::size_t KernelPlan::place_vector(const sim::ParameterBlock& block) {
    return place({.flat = block.offset, .sizes = {1, 1, block.count}}, block.count);
}

template <class Function>
void KernelPlan::each_element(Function function) const {
    for (const Transfer& t : transfers_) {
        for (std::size_t a = 0; a < t.sizes[0]; ++a) {
            for (std::size_t b = 0; b < t.sizes[1]; ++b) {
                const std::size_t flat = t.flat + a * t.flat_strides[0] + b * t.flat_strides[1];
                const std::size_t packed = t.packed + a * t.packed_strides[0] + b * t.packed_strides[1];
                for (std::size_t c = 0; c < t.sizes[2]; ++c) {
                    function(flat + c * t.flat_strides[2], packed + c * t.packed_strides[2]);
                }
            }
        }
    }
}

void KernelPlan::pack(std::span<const float> flat, std::span<float> packed) const {
    sim::expects(flat.size() == flat_size_ && packed.size() == packed_size_, "parameters are of the plan's model");
    if (is_flat_) {
        std::copy(flat.begin(), flat.end(), packed.begin());
        return;
    }
    // What pads may hold a NaN of a model that diverged here before.
    std::fill(packed.begin(), packed.end(), 0.0F);
    each_element([&](std::size_t from, std::size_t to) { packed[to] = flat[from]; });
}

void KernelPlan::unpack(std::span<const float> packed, std::span<float> flat) const {
    sim::expects(flat.size() == flat_size_ && packed.size() == packed_size_, "parameters are of the plan's model");
    if (is_flat_) {
        std::copy(packed.begin(), packed.end(), flat.begin());
        return;
    }
    each_element([&](std::size_t to, std::size_t from) { flat[to] = packed[from]; });
}

void KernelPlan::add_unpacked(std::span<const std::int64_t> packed, std::span<std::int64_t> flat) const {
    sim::expects(flat.size() == flat_size_ && packed.size() == packed_size_, "sums are of the plan's model");
    each_element([&](std::size_t to, std::size_t from) { flat[to] += packed[from]; });
}

void copy_images(const ConvolutionBlock& block, const float* samples, std::size_t row, std::size_t n, float* images) {
    const Convolution& shape = block.shape;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t c = 0; c < shape.in_channels; ++c) {
            const float* from = samples + i * row + c * shape.height * shape.width;
            for (std::size_t y = 0; y < shape.height; ++y) {
                float* const to = images + i * block.input_floats() + block.first_pixel() + y * shape.in_row + c;
                for (std::size_t x = 0; x < shape.width; ++x) {
                    to[x * shape.in_stride] = *from++;
                }
            }
        }
    }
}

void turn_weights(const ConvolutionBlock& block, const float* weight, float* turned) {
    const Convolution& shape = block.shape;
    const std::size_t taps = shape.kernel_height * 3;
    for (std::size_t tap = 0; tap < taps; ++tap) {
        const float* const from = weight + (taps - 1 - tap) * shape.in_channels * shape.out_channels;
        float* const to = turned + tap * block.channels * shape.in_stride;
        for (std::size_t o = 0; o < block.channels; ++o) {
            for (std::size_t i = 0; i < shape.in_channels; ++i) {
                to[o * shape.in_stride + i] = from[i * shape.out_channels + o];
            }
            std::fill_n(to + o * shape.in_stride + shape.in_channels, shape.in_stride - shape.in_channels, 0.0F);
        }
    }
}

}  // namespace mlaasim::fl::fused
