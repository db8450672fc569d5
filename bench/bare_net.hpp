// The yardstick's model, written directly against LibTorch: what somebody who needs no simulator would write.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bare {

constexpr double learning_rate = 0.05;

enum class Kind { mlp, cnn, cnn1d };

/// Layers of MLP inputs-hidden-10, of the CNN 1-16-32 (BN) on 28 x 28, or of the same along 9 x 128 windows.
struct Net {
    Kind kind;
    std::vector<at::Tensor> parameters;  ///< trained
    std::vector<at::Tensor> statistics;  ///< running ones of batch norm

    explicit Net(Kind which, std::int64_t hidden = 64) : kind{which} {
        const auto linear = [&](std::int64_t out, std::int64_t in) {
            parameters.push_back(at::randn({out, in}) / std::sqrt(static_cast<double>(in)));
            parameters.push_back(at::zeros({out}));
        };
        const auto block = [&](std::int64_t out, std::int64_t in) {
            const std::vector<std::int64_t> shape =
                kind == Kind::cnn ? std::vector<std::int64_t>{out, in, 3, 3} : std::vector<std::int64_t>{out, in, 3};
            parameters.push_back(at::randn(shape) / std::sqrt(3.0 * static_cast<double>(in)));
            parameters.push_back(at::zeros({out}));
            parameters.push_back(at::ones({out}));
            parameters.push_back(at::zeros({out}));
            statistics.push_back(at::zeros({out}));
            statistics.push_back(at::ones({out}));
        };
        if (kind != Kind::mlp) {
            block(16, kind == Kind::cnn ? 1 : 9);
            block(32, 16);
        }
        linear(hidden, kind == Kind::mlp ? 784 : kind == Kind::cnn ? 32 * 7 * 7 : 32 * 32);
        linear(classes(), hidden);
        for (at::Tensor& parameter : parameters) {
            parameter.set_requires_grad(true);
        }
    }

    [[nodiscard]] std::int64_t classes() const { return kind == Kind::cnn1d ? 6 : 10; }

    [[nodiscard]] at::Tensor forward(at::Tensor x, bool training) const {
        std::size_t p = 0;
        if (kind != Kind::mlp) {
            for (std::size_t b = 0; b < 2; ++b, p += 4) {
                x = kind == Kind::cnn ? at::conv2d(x, parameters[p], parameters[p + 1], 1, 1)
                                      : at::conv1d(x, parameters[p], parameters[p + 1], 1, 1);
                x = at::batch_norm(x, parameters[p + 2], parameters[p + 3], statistics[2 * b], statistics[2 * b + 1],
                                   training, 0.1, 1e-5, false);
                x = at::relu(x);
                x = kind == Kind::cnn ? at::max_pool2d(x, 2) : at::max_pool1d(x, 2);
            }
        }
        x = at::relu(at::linear(x.flatten(1), parameters[p], parameters[p + 1]));
        return at::linear(x, parameters[p + 2], parameters[p + 3]);
    }

    /// Parameters, and the running statistics behind them.
    [[nodiscard]] std::vector<at::Tensor> all() const {
        std::vector<at::Tensor> tensors = parameters;
        tensors.insert(tensors.end(), statistics.begin(), statistics.end());
        return tensors;
    }
};

/// One epoch of plain SGD in random order.
inline void train(Net& net, const at::Tensor& x, const at::Tensor& y, std::int64_t batch) {
    const at::Tensor order = at::randperm(x.size(0));
    for (std::int64_t first = 0; first < x.size(0); first += batch) {
        const at::Tensor rows = order.slice(0, first, std::min(first + batch, x.size(0)));
        at::cross_entropy_loss(net.forward(x.index_select(0, rows), true), y.index_select(0, rows)).backward();
        const at::NoGradGuard no_gradients;
        for (at::Tensor& parameter : net.parameters) {
            parameter.sub_(parameter.grad(), learning_rate);
            parameter.mutable_grad().reset();
        }
    }
}

/// Right answers, in batches.
inline std::int64_t correct(const Net& net, const at::Tensor& x, const at::Tensor& y, std::int64_t batch) {
    const at::NoGradGuard no_gradients;
    std::int64_t hits = 0;
    for (std::int64_t first = 0; first < x.size(0); first += batch) {
        const at::Tensor predicted = net.forward(x.slice(0, first, first + batch), false).argmax(1);
        hits += predicted.eq(y.slice(0, first, first + batch)).sum().item<std::int64_t>();
    }
    return hits;
}

}  // namespace bare
