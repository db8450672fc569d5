#include "fl/architectures/architecture.hpp"
#include "fl/architectures/blocks.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

/// A convolutional network for images.
struct Cnn final : Architecture {
    ConvolutionBlocks blocks{};
    HiddenLayers hidden{};

    void build(LayerStack& layers, std::uint32_t classes) const override {
        // The shape of files is known only when they are read.
        if (layers.input().is_series()) {
            throw sim::InputError({.what = "model.kind is cnn, but samples are " + text_of(layers.input()),
                                   .expected = "images",
                                   .hint = "use model.kind: cnn1d for windows of time steps",
                                   .path = "kind"});
        }
        blocks.add_to(layers, {3, 3}, {2, 2});
        layers.flatten();
        hidden.add_to(layers);
        layers.linear(classes);
    }

    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::images}; }
};

void declare(sim::OptionVisitor& visitor, Cnn& options) {
    declare(visitor, options.blocks);
    declare(visitor, options.hidden);
}

}  // namespace

sim::Kind<Architecture> cnn_architecture() {
    return sim::Kind<Architecture>::of<Cnn>(
        "cnn", "blocks of 3x3 convolution, batch norm, ReLU and 2x2 max pooling, then fully connected layers");
}

}  // namespace mlaasim::fl
