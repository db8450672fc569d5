#include "fl/architectures/architecture.hpp"
#include "fl/architectures/blocks.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

/// A convolutional network for windows of time steps.
struct Cnn1d final : Architecture {
    ConvolutionBlocks blocks{};
    HiddenLayers hidden{};

    void build(LayerStack& layers, std::uint32_t classes) const override {
        sim::expects(layers.input().is_series(), "a cnn1d has the series that it needs");
        blocks.add_to(layers, {1, 3}, {1, 2});
        layers.flatten();
        hidden.add_to(layers);
        layers.linear(classes);
    }

    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::series}; }
};

void declare(sim::OptionVisitor& visitor, Cnn1d& options) {
    declare(visitor, options.blocks);
    declare(visitor, options.hidden);
}

}  // namespace

sim::Kind<Architecture> cnn1d_architecture() {
    return sim::Kind<Architecture>::of<Cnn1d>(
        "cnn1d", "as cnn, but along time, for sensor windows: convolutions of 3 time steps, max pooling of 2");
}

}  // namespace mlaasim::fl
