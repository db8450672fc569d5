#include "fl/optimizers/optimizer.hpp"

namespace mlaasim::fl {
namespace {

/// Stochastic gradient descent with momentum, as torch.optim.SGD: m = momentum m + g; p = p - rate m.
struct Sgd final : Optimizer {
    double momentum = 0.0;

    [[nodiscard]] Moments moments() const override { return {.first = momentum > 0.0}; }
    [[nodiscard]] UpdateRule rule(double learning_rate, std::int64_t /*step*/) const override {
        return {.rate = learning_rate, .first_decay = momentum};
    }
};

void declare(sim::OptionVisitor& visitor, Sgd& options) {
    visitor.option("momentum", options.momentum,
                   {.doc = "Momentum; velocities start at zero in every round",
                    .range = {.low = 0.0, .high = 1.0, .high_open = true}});
}

}  // namespace

sim::Kind<Optimizer> sgd_optimizer() {
    return sim::Kind<Optimizer>::of<Sgd>("sgd", "stochastic gradient descent, with momentum if wanted");
}

}  // namespace mlaasim::fl
