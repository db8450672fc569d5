// The yardstick: FedAvg written directly against LibTorch, with nothing around it. One thread, random data, no trace.
//
//     bench_bare_loop mlp|cnn [clients] [samples] [rounds]
//
// Prints one line per round: "round N seconds S". The work is that of bench/scenarios/fedavg-*.yaml: every client
// trains one epoch (batch 32, SGD 0.05) from the global model, parameters and running statistics are averaged, 2,000
// samples are evaluated.
#include <ATen/Parallel.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bare_net.hpp"

int main(int argc, char** argv) {
    const bare::Kind kind = argc > 1 && std::string{argv[1]} == "cnn" ? bare::Kind::cnn : bare::Kind::mlp;
    const std::int64_t clients = argc > 2 ? std::atoll(argv[2]) : 100;
    const std::int64_t samples = argc > 3 ? std::atoll(argv[3]) : 300;
    const int rounds = argc > 4 ? std::atoi(argv[4]) : 3;
    at::set_num_threads(1);
    at::manual_seed(1);
    const at::Tensor x = at::randn({clients, samples, 1, 28, 28});
    const at::Tensor y = at::randint(10, {clients, samples}, at::kLong);
    const at::Tensor test_x = at::randn({2000, 1, 28, 28});
    const at::Tensor test_y = at::randint(10, {2000}, at::kLong);
    bare::Net global{kind};
    bare::Net local{kind};
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
            bare::train(local, x[client], y[client], 32);
            for (std::size_t i = 0; i < to.size(); ++i) {
                sums[i].add_(to[i].detach(), static_cast<double>(samples));
            }
        }
        for (std::size_t i = 0; i < from.size(); ++i) {
            from[i].detach().copy_(sums[i] / static_cast<double>(samples * clients));
        }
        const std::int64_t hits = bare::correct(global, test_x, test_y, 500);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        std::printf("round %d seconds %.6f correct %lld\n", round, seconds.count(), static_cast<long long>(hits));
    }
    return 0;
}
