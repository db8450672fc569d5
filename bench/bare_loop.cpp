// The yardstick: FedAvg written directly against LibTorch, with nothing around it. One thread, random data, no trace.
//
//     bench_bare_loop mlp|cnn [clients] [samples] [rounds]
//
// Prints one line per round: "round N seconds S". The work is that of bench/scenarios/fedavg-*.yaml: every client
// trains one epoch (batch 32, SGD 0.05) from the global model, parameters and running statistics are averaged, 2,000
// samples are evaluated.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t batch = 32;
constexpr double learning_rate = 0.05;

/// Parameters first, running statistics behind them.
struct Net {
    bool convolutional;
    std::vector<at::Tensor> parameters;
    std::vector<at::Tensor> statistics;

    explicit Net(bool cnn) : convolutional{cnn} {
        const auto linear = [&](std::int64_t out, std::int64_t in) {
            parameters.push_back(at::randn({out, in}) / std::sqrt(static_cast<double>(in)));
            parameters.push_back(at::zeros({out}));
        };
        const auto block = [&](std::int64_t out, std::int64_t in) {
            parameters.push_back(at::randn({out, in, 3, 3}) / std::sqrt(9.0 * static_cast<double>(in)));
            parameters.push_back(at::zeros({out}));
            parameters.push_back(at::ones({out}));
            parameters.push_back(at::zeros({out}));
            statistics.push_back(at::zeros({out}));
            statistics.push_back(at::ones({out}));
        };
        if (cnn) {
            block(16, 1);
            block(32, 16);
        }
        linear(64, cnn ? 32 * 7 * 7 : 784);
        linear(10, 64);
        for (at::Tensor& parameter : parameters) {
            parameter.set_requires_grad(true);
        }
    }

    at::Tensor forward(at::Tensor x, bool training) const {
        std::size_t p = 0;
        if (convolutional) {
            for (std::size_t b = 0; b < 2; ++b, p += 4) {
                x = at::conv2d(x, parameters[p], parameters[p + 1], 1, 1);
                x = at::batch_norm(x, parameters[p + 2], parameters[p + 3], statistics[2 * b], statistics[2 * b + 1],
                                   training, 0.1, 1e-5, false);
                x = at::max_pool2d(at::relu(x), 2);
            }
        }
        x = at::relu(at::linear(x.flatten(1), parameters[p], parameters[p + 1]));
        return at::linear(x, parameters[p + 2], parameters[p + 3]);
    }

    std::vector<at::Tensor> all() const {
        std::vector<at::Tensor> tensors = parameters;
        tensors.insert(tensors.end(), statistics.begin(), statistics.end());
        return tensors;
    }
};

void train(Net& net, const at::Tensor& x, const at::Tensor& y) {
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

std::int64_t correct(const Net& net, const at::Tensor& x, const at::Tensor& y) {
    const at::NoGradGuard no_gradients;
    std::int64_t hits = 0;
    for (std::int64_t first = 0; first < x.size(0); first += 500) {
        const at::Tensor predicted = net.forward(x.slice(0, first, first + 500), false).argmax(1);
        hits += predicted.eq(y.slice(0, first, first + 500)).sum().item<std::int64_t>();
    }
    return hits;
}

}  // namespace

int main(int argc, char** argv) {
    const bool cnn = argc > 1 && std::string{argv[1]} == "cnn";
    const std::int64_t clients = argc > 2 ? std::atoll(argv[2]) : 100;
    const std::int64_t samples = argc > 3 ? std::atoll(argv[3]) : 300;
    const int rounds = argc > 4 ? std::atoi(argv[4]) : 3;
    at::set_num_threads(1);
    at::manual_seed(1);
    const at::Tensor x = at::randn({clients, samples, 1, 28, 28});
    const at::Tensor y = at::randint(10, {clients, samples}, at::kLong);
    const at::Tensor test_x = at::randn({2000, 1, 28, 28});
    const at::Tensor test_y = at::randint(10, {2000}, at::kLong);
    Net global{cnn};
    Net local{cnn};
    for (int round = 1; round <= rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        const std::vector<at::Tensor> from = global.all();
        const std::vector<at::Tensor> to = local.all();
        std::vector<at::Tensor> sums;
        for (const at::Tensor& tensor : from) {
            sums.push_back(at::zeros_like(tensor.detach()));
        }
        for (std::int64_t client = 0; client < clients; ++client) {
            for (std::size_t i = 0; i < to.size(); ++i) {
                to[i].detach().copy_(from[i].detach());
            }
            train(local, x[client], y[client]);
            for (std::size_t i = 0; i < to.size(); ++i) {
                sums[i].add_(to[i].detach(), static_cast<double>(samples));
            }
        }
        for (std::size_t i = 0; i < from.size(); ++i) {
            from[i].detach().copy_(sums[i] / static_cast<double>(samples * clients));
        }
        const std::int64_t hits = correct(global, test_x, test_y);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        std::printf("round %d seconds %.6f correct %lld\n", round, seconds.count(), static_cast<long long>(hits));
    }
    return 0;
}
