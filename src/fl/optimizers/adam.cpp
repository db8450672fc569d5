#include <cmath>

#include "fl/optimizers/optimizer.hpp"

namespace mlaasim::fl {
namespace {

/// Adam (Kingma and Ba 2015), as torch.optim.Adam: with t the number of the step,
///     m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,
///     p = p - rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
struct Adam final : Optimizer {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;

    [[nodiscard]] Moments moments() const override { return {.first = true, .second = true}; }
    [[nodiscard]] UpdateRule rule(double learning_rate, std::int64_t step) const override {
        const auto t = static_cast<double>(step);
        return {.rate = learning_rate / (1.0 - std::pow(beta1, t)),
                .first_decay = beta1,
                .first_gain = 1.0 - beta1,
                .second_decay = beta2,
                .second_gain = 1.0 - beta2,
                .correction = std::sqrt(1.0 - std::pow(beta2, t)),
                .epsilon = epsilon};
    }
};

void declare(sim::OptionVisitor& visitor, Adam& options) {
    constexpr sim::Range below_one{.low = 0.0, .high = 1.0, .high_open = true};
    visitor.option("beta1", options.beta1, {.doc = "Decay of the gradient's mean", .range = below_one});
    visitor.option("beta2", options.beta2, {.doc = "Decay of the squared gradient's mean", .range = below_one});
    visitor.option("adam_epsilon", options.epsilon,
                   {.doc = "Added to the root of the squared gradient's mean", .range = sim::positive()});
}

}  // namespace

sim::Kind<Optimizer> adam_optimizer() {
    return sim::Kind<Optimizer>::of<Adam>("adam", "Adam: steps divided by the recent size of the gradient");
}

}  // namespace mlaasim::fl
