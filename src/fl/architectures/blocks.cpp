#include "fl/architectures/blocks.hpp"

#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::fl {

void declare(sim::OptionVisitor& visitor, HiddenLayers& options) {
    visitor.option("hidden", options.widths,
                   {.doc = "Widths of the hidden fully connected layers; [] connects input and output directly",
                    .range = sim::between(1, 65536)});
}

void declare(sim::OptionVisitor& visitor, ConvolutionBlocks& options) {
    visitor.option("channels", options.channels,
                   {.doc = "Output channels of each convolution block", .range = sim::between(1, 4096)});
}

void HiddenLayers::add_to(LayerStack& layers) const {
    for (const std::int64_t width : widths) {
        layers.linear(static_cast<std::uint32_t>(width), "hidden");
        layers.relu();
    }
}

void ConvolutionBlocks::add_to(LayerStack& layers, Window kernel, Window pooling) const {
    for (const std::int64_t outputs : channels) {
        const sim::SampleShape shape = layers.output();
        if (shape.height < pooling.height || shape.width < pooling.width) {
            throw sim::InputError({.what = "model.channels has " + std::to_string(channels.size()) +
                                           " blocks, and each halves the sample, but samples are " +
                                           text_of(layers.input()),
                                   .expected = "at most as many blocks as the sample can be halved",
                                   .hint = "shorten model.channels",
                                   .path = "channels"});
        }
        layers.convolution(static_cast<std::uint32_t>(outputs), kernel, "channels");
        layers.batch_norm();
        layers.relu();
        layers.max_pool(pooling);
    }
}

}  // namespace mlaasim::fl
