// How a gradient changes the parameters: kinds of optimisers.
#pragma once

#include <cstdint>
#include <span>

#include "sim/options/options.hpp"

namespace mlaasim::fl {

/// What an optimiser remembers of every parameter from one step to the next. It is zero when local training starts.
struct Moments {
    bool first = false;   ///< m, of the gradient
    bool second = false;  ///< v, of its square
};

/// One step of an optimiser, the same for every parameter p with its gradient g:
///     m <- first_decay m + first_gain g
///     v <- second_decay v + second_gain g^2
///     p <- p - rate m / (sqrt(v) / correction + epsilon)
/// An optimiser without m takes g in its place. One without v divides by 1.
struct UpdateRule {
    double rate = 0.0;
    double first_decay = 0.0;
    double first_gain = 1.0;
    double second_decay = 0.0;
    double second_gain = 1.0;
    double correction = 1.0;
    double epsilon = 0.0;
};

/// The options of a kind of optimiser, and the steps that follow from them. Every engine takes its steps from here.
struct Optimizer {
    virtual ~Optimizer() = default;

    [[nodiscard]] virtual Moments moments() const = 0;
    /// Of step 1, 2, ... of a local training.
    [[nodiscard]] virtual UpdateRule rule(double learning_rate, std::int64_t step) const = 0;
};

/// The kinds of optimisers; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Optimizer>> optimizer_kinds();

}  // namespace mlaasim::fl
