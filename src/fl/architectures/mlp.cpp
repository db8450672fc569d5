#include "fl/architectures/architecture.hpp"
#include "fl/architectures/blocks.hpp"

namespace mlaasim::fl {
namespace {

/// Multilayer perceptron.
struct Mlp final : Architecture {
    HiddenLayers hidden{};

    void build(LayerStack& layers, std::uint32_t classes) const override {
        layers.flatten();
        hidden.add_to(layers);
        layers.linear(classes);
    }
};

void declare(sim::OptionVisitor& visitor, Mlp& options) { declare(visitor, options.hidden); }

}  // namespace

sim::Kind<Architecture> mlp_architecture() {
    return sim::Kind<Architecture>::of<Mlp>("mlp", "fully connected layers with ReLU between");
}

}  // namespace mlaasim::fl
