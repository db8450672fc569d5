// Ridge regression that learns one observation at a time and can forget: the core of LinUCB.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// theta = A^-1 b and A^-1, ready to score many contexts.
struct LinearSolution {
    std::vector<double> theta;
    std::vector<double> inverse;  ///< row-major

    /// x' theta
    [[nodiscard]] double expected(std::span<const double> x) const;
    /// sqrt(x' A^-1 x)
    [[nodiscard]] double deviation(std::span<const double> x) const;
};

struct LinearModelOptions {
    double ridge = 1;          ///< A starts as ridge I
    double forgetting = 0.98;  ///< factor on A and b at each update; 1: remembers everything
};

/// Declares `ridge` and `forgetting` among the options of a policy that learns by a linear model.
void declare(sim::OptionVisitor& visitor, LinearModelOptions& options);

/// A = ridge I + sum of x x', b = sum of r x; with forgetting g < 1, an observation k updates old weighs g^k, and the
/// prior stays: A <- g A + (1 - g) ridge I + x x', b <- g b + r x.
class LinearModel {
public:
    LinearModel(std::size_t width, double ridge, double forgetting);
    LinearModel(std::size_t width, const LinearModelOptions& options)
        : LinearModel{width, options.ridge, options.forgetting} {}

    void update(std::span<const double> x, double reward);
    [[nodiscard]] LinearSolution solve() const;

    /// Doubles in the state: width^2 + width.
    [[nodiscard]] static std::size_t state_size(std::size_t width) { return width * width + width; }
    void append_state(std::vector<double>& state) const;
    void set_state(std::span<const double> state);

private:
    std::size_t width_;
    double ridge_;
    double forgetting_;
    std::vector<double> a_;  ///< row-major, symmetric
    std::vector<double> b_;
};

}  // namespace mlaasim::composition
