#include "composition/bandit/linear_model.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

void declare(sim::OptionVisitor& visitor, LinearModelOptions& options) {
    visitor.option("ridge", options.ridge,
                   {.doc = "Regularisation of the linear model: A starts as ridge I", .range = sim::positive()});
    visitor.option("forgetting", options.forgetting,
                   {.doc = "Factor on what was learnt at each update; 1 remembers everything",
                    .range = {.low = 0.0, .high = 1.0, .low_open = true}});
}

double LinearSolution::expected(std::span<const double> x) const {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += x[i] * theta[i];
    }
    return sum;
}

double LinearSolution::deviation(std::span<const double> x) const {
    double square = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double row = 0;
        for (std::size_t j = 0; j < x.size(); ++j) {
            row += inverse[i * x.size() + j] * x[j];
        }
        square += x[i] * row;
    }
    return std::sqrt(std::max(square, 0.0));
}

LinearModel::LinearModel(std::size_t width, double ridge, double forgetting)
    : width_{width}, ridge_{ridge}, forgetting_{forgetting}, a_(width * width, 0.0), b_(width, 0.0) {
    sim::expects(ridge > 0 && forgetting > 0 && forgetting <= 1, "ridge > 0, forgetting in (0, 1]");
    for (std::size_t i = 0; i < width; ++i) {
        a_[i * width + i] = ridge;
    }
}

void LinearModel::update(std::span<const double> x, double reward) {
    sim::expects(x.size() == width_ && std::isfinite(reward), "a context of the model's width and a finite reward");
    for (std::size_t i = 0; i < width_; ++i) {
        for (std::size_t j = 0; j < width_; ++j) {
            double& a = a_[i * width_ + j];
            a = forgetting_ * a + x[i] * x[j] + (i == j ? (1 - forgetting_) * ridge_ : 0.0);
        }
        b_[i] = forgetting_ * b_[i] + reward * x[i];
    }
}

LinearSolution LinearModel::solve() const {
    const auto n = static_cast<Eigen::Index>(width_);
    // Copies: Eigen's own memory is always aligned, so its vector loops give the same bits wherever the state lies.
    const Matrix a = Eigen::Map<const Matrix>(a_.data(), n, n);
    const Eigen::VectorXd b = Eigen::Map<const Eigen::VectorXd>(b_.data(), n);
    const Eigen::LDLT<Matrix> factor{a};
    const Eigen::VectorXd theta = factor.solve(b);
    const Matrix inverse = factor.solve(Matrix::Identity(n, n));
    return {.theta = {theta.data(), theta.data() + n}, .inverse = {inverse.data(), inverse.data() + n * n}};
}

void LinearModel::append_state(std::vector<double>& state) const {
    state.insert(state.end(), a_.begin(), a_.end());
    state.insert(state.end(), b_.begin(), b_.end());
}

void LinearModel::set_state(std::span<const double> state) {
    sim::expects(state.size() == state_size(width_), "a state of the model's size");
    std::copy_n(state.begin(), a_.size(), a_.begin());
    std::copy_n(state.begin() + static_cast<std::ptrdiff_t>(a_.size()), b_.size(), b_.begin());
}

}  // namespace mlaasim::composition
