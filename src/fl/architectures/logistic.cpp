#include "fl/architectures/architecture.hpp"

namespace mlaasim::fl {
namespace {

/// Softmax regression.
struct Logistic final : Architecture {
    void build(LayerStack& layers, std::uint32_t classes) const override {
        layers.flatten();
        layers.linear(classes);
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Logistic& /*options*/) {}

}  // namespace

sim::Kind<Architecture> logistic_architecture() {
    return sim::Kind<Architecture>::of<Logistic>("logistic", "softmax regression: one linear layer");
}

}  // namespace mlaasim::fl
