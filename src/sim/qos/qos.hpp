// The QoS cost model: what training and answering cost on a device behind a network. Modelled, never measured
// (docs/qos.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// A class of hardware that services run on.
struct DeviceProfile {
    std::string name = "device";
    double gflops = 1.0;   ///< sustained, 10^9 floating-point operations a second
    double power_w = 5.0;  ///< above idle, while computing
    double share = 1.0;    ///< weight in the draw of services' devices
    double price = 1.0;    ///< of a request to a service on it, credits
};

/// A class of links between services and the coordinator.
struct NetworkProfile {
    std::string name = "network";
    double round_trip_ms = 20.0;
    double up_mbit_s = 10.0;
    double down_mbit_s = 50.0;
    double nj_per_bit = 50.0;  ///< radio energy a transferred bit, nanojoules
    double share = 1.0;
};

struct QosOptions {
    std::vector<DeviceProfile> devices{
        {"gateway", 2.0, 4.0, 0.3, 1.0}, {"single-board", 10.0, 6.0, 0.4, 2.0}, {"edge-server", 200.0, 60.0, 0.3, 5.0}};
    std::vector<NetworkProfile> networks{{"lte", 50.0, 10.0, 40.0, 300.0, 0.4},
                                         {"wifi", 8.0, 40.0, 80.0, 60.0, 0.4},
                                         {"ethernet", 2.0, 500.0, 500.0, 5.0, 0.2}};
    double jitter = 0.1;  ///< standard deviation of ln(time)
};

void declare(OptionVisitor& visitor, DeviceProfile& profile);
void declare(OptionVisitor& visitor, NetworkProfile& profile);
void declare(OptionVisitor& visitor, QosOptions& options);

/// What a model and a round of work demand, independent of where they run.
struct Workload {
    double forward_flops = 0;     ///< one sample
    double training_flops = 0;    ///< one sample, forward + backward + update
    double parameter_bytes = 0;   ///< one copy of the model
    double activation_bytes = 0;  ///< of one training batch
    double trained_samples = 0;   ///< samples x epochs
    double sample_bytes = 0;      ///< of one request
};

/// One service's cost in one round.
struct QosEstimate {
    double response_ms = 0;   ///< one request: network there and back, and a forward pass
    double train_ms = 0;      ///< model down, local training, update up
    double energy_j = 0;      ///< of the training round, compute and radio
    double memory_bytes = 0;  ///< parameters, gradients, optimiser state, activations
    std::int64_t bytes = 0;   ///< down and up
};

/// Deterministic given (seed, service, round).
class QosModel {
public:
    /// Throws InputError when a list of profiles is empty or has no weight.
    QosModel(QosOptions options, std::uint32_t services, Seed seed);

    [[nodiscard]] const DeviceProfile& device(ServiceId id) const { return options_.devices[device_[id.value()]]; }
    [[nodiscard]] const NetworkProfile& network(ServiceId id) const { return options_.networks[network_[id.value()]]; }
    [[nodiscard]] QosEstimate estimate(ServiceId id, Round round, const Workload& workload) const;

private:
    QosOptions options_;
    Seed seed_;
    std::vector<std::uint8_t> device_;
    std::vector<std::uint8_t> network_;
};

}  // namespace mlaasim::sim
