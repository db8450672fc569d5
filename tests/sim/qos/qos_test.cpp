#include "sim/qos/qos.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr Seed seed{5};

const Workload work{.forward_flops = 1e6,
                    .training_flops = 3e6,
                    .parameter_bytes = 4e5,
                    .activation_bytes = 7e4,
                    .trained_samples = 200,
                    .sample_bytes = 784};

QosOptions one_of_each(double jitter) {
    QosOptions options;
    options.devices = {{"board", 2.0, 5.0, 1.0}};
    options.networks = {{"link", 30.0, 8.0, 40.0, 100.0, 1.0}};
    options.jitter = jitter;
    return options;
}

TEST(Qos, CostsByHandWithoutJitter) {
    const QosModel model{one_of_each(0.0), 1, seed};
    const QosEstimate cost = model.estimate(ServiceId{0}, Round{1}, work);
    // 30 ms there and back, 784 bytes over 40 Mbit/s, 10^6 operations at 2 GFLOP/s.
    EXPECT_NEAR(cost.response_ms, 30.0 + 784 * 8 / 40e6 * 1e3 + 0.5, 1e-9);
    // The model down over 40 Mbit/s, 200 samples x 3 x 10^6 operations, the update up over 8 Mbit/s.
    EXPECT_NEAR(cost.train_ms, 30.0 + 80.0 + 300.0 + 400.0, 1e-9);
    // 0.3 s at 5 W, 6.4 Mbit at 100 nJ.
    EXPECT_NEAR(cost.energy_j, 1.5 + 0.64, 1e-12);
    EXPECT_DOUBLE_EQ(cost.memory_bytes, 3 * 4e5 + 7e4);
    EXPECT_EQ(cost.bytes, 800000);
}

TEST(Qos, NoSamplesCostTransfersOnly) {
    Workload idle = work;
    idle.trained_samples = 0;
    const QosEstimate cost = QosModel{one_of_each(0.0), 1, seed}.estimate(ServiceId{0}, Round{1}, idle);
    EXPECT_NEAR(cost.train_ms, 510.0, 1e-9);
    EXPECT_NEAR(cost.energy_j, 0.64, 1e-12);
}

TEST(Qos, JitterScalesComputeAndNetworkApart) {
    const QosModel model{one_of_each(0.3), 200, seed};
    double sum = 0.0;
    double squares = 0.0;
    bool apart = false;
    for (std::uint32_t i = 0; i < 200; ++i) {
        for (std::uint32_t r = 1; r <= 20; ++r) {
            const QosEstimate cost = model.estimate(ServiceId{i}, Round{r}, work);
            const double compute = (cost.energy_j - 0.64) / 1.5;
            const double network = (cost.train_ms - 300.0 * compute) / 510.0;
            EXPECT_NEAR(cost.response_ms, (30.0 + 784 * 8 / 40e6 * 1e3) * network + 0.5 * compute, 1e-9);
            EXPECT_EQ(cost.bytes, 800000);
            EXPECT_DOUBLE_EQ(cost.memory_bytes, 3 * 4e5 + 7e4);
            apart = apart || std::abs(compute - network) > 0.1;
            sum += std::log(compute);
            squares += std::log(compute) * std::log(compute);
        }
    }
    EXPECT_TRUE(apart);
    EXPECT_NEAR(sum / 4000, 0.0, 0.02);
    EXPECT_NEAR(std::sqrt(squares / 4000), 0.3, 0.015);
}

TEST(Qos, IsAFunctionOfSeedServiceAndRound) {
    const QosModel model{QosOptions{}, 30, seed};
    const QosModel larger{QosOptions{}, 60, seed};
    const QosModel other{QosOptions{}, 30, Seed{6}};
    int changed = 0;
    for (std::uint32_t i = 0; i < 30; ++i) {
        const ServiceId id{i};
        const double cost = model.estimate(id, Round{3}, work).train_ms;
        EXPECT_EQ(model.estimate(id, Round{3}, work).train_ms, cost);
        EXPECT_EQ(larger.estimate(id, Round{3}, work).train_ms, cost);
        EXPECT_NE(model.estimate(id, Round{4}, work).train_ms, cost);
        changed += other.device(id).name != model.device(id).name ? 1 : 0;
    }
    EXPECT_GT(changed, 0);
}

TEST(Qos, ProfilesAreDrawnByShare) {
    QosOptions options;
    options.devices = {{"a", 1, 1, 1.0}, {"b", 1, 1, 0.0}, {"c", 1, 1, 3.0}};
    options.networks = {{"x", 1, 1, 1, 1, 0.5}, {"y", 1, 1, 1, 1, 0.5}};
    const QosModel model{options, 20000, seed};
    std::array<double, 3> devices{};
    double x = 0.0;
    double a_and_x = 0.0;
    for (std::uint32_t i = 0; i < 20000; ++i) {
        const char device = model.device(ServiceId{i}).name[0];
        devices.at(static_cast<std::size_t>(device - 'a')) += 1.0;
        const bool on_x = model.network(ServiceId{i}).name == "x";
        x += on_x ? 1.0 : 0.0;
        a_and_x += on_x && device == 'a' ? 1.0 : 0.0;
    }
    EXPECT_NEAR(devices[0] / 20000, 0.25, 0.015);
    EXPECT_EQ(devices[1], 0.0);
    EXPECT_NEAR(x / 20000, 0.5, 0.015);
    EXPECT_NEAR(a_and_x / 20000, 0.125, 0.015);  // device and network are drawn independently
}

TEST(Qos, BadProfilesAreNamed) {
    const auto message_of = [](const QosOptions& options) -> std::string {
        try {
            const QosModel model{options, 1, seed};
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    QosOptions options;
    options.devices.clear();
    EXPECT_NE(message_of(options).find("qos.devices has 0 profiles"), std::string::npos);
    options = {};
    for (NetworkProfile& network : options.networks) {
        network.share = 0.0;
    }
    EXPECT_NE(message_of(options).find("qos.networks"), std::string::npos);
    options = {};
    options.devices.assign(256, DeviceProfile{});
    EXPECT_NE(message_of(options).find("256"), std::string::npos);
    options.devices.resize(255);
    EXPECT_EQ(message_of(options), "");
}

}  // namespace
}  // namespace mlaasim::sim
