#include "sim/qos/qos.hpp"

#include <cmath>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

template <class Profile>
std::uint8_t draw_profile(const std::vector<Profile>& profiles, RandomStream random) {
    double total = 0.0;
    for (const Profile& profile : profiles) {
        total += profile.share;
    }
    double left = random.uniform() * total;
    for (std::size_t i = 0; i + 1 < profiles.size(); ++i) {
        left -= profiles[i].share;
        if (left < 0.0) {
            return static_cast<std::uint8_t>(i);
        }
    }
    return static_cast<std::uint8_t>(profiles.size() - 1);
}

template <class Profile>
void check_profiles(const std::vector<Profile>& profiles, const std::string& key) {
    double total = 0.0;
    for (const Profile& profile : profiles) {
        total += profile.share;
    }
    if (profiles.empty() || profiles.size() > 255 || total <= 0.0) {
        throw InputError({.what = "qos." + key + " has " + std::to_string(profiles.size()) +
                                  " profiles with a total share of " + std::to_string(total),
                          .expected = "1 to 255 profiles of which at least one has a share > 0",
                          .path = key});
    }
}

}  // namespace

void declare(OptionVisitor& visitor, DeviceProfile& profile) {
    visitor.option("name", profile.name, {.doc = "Name of the device class"});
    visitor.option("gflops", profile.gflops, {.doc = "Sustained speed", .unit = "GFLOP/s", .range = positive()});
    visitor.option("power_w", profile.power_w,
                   {.doc = "Power above idle while it computes", .unit = "W", .range = at_least(0)});
    visitor.option("share", profile.share, {.doc = "Weight in the draw of a service's device", .range = at_least(0)});
    visitor.option("price", profile.price,
                   {.doc = "What a provider charges for one request to a service on this device",
                    .unit = "credits",
                    .range = between(0, 1e9)});
}

void declare(OptionVisitor& visitor, NetworkProfile& profile) {
    visitor.option("name", profile.name, {.doc = "Name of the network class"});
    visitor.option("round_trip_ms", profile.round_trip_ms,
                   {.doc = "Round-trip time", .unit = "ms", .range = at_least(0)});
    visitor.option("up_mbit_s", profile.up_mbit_s,
                   {.doc = "Bandwidth from the service", .unit = "Mbit/s", .range = positive()});
    visitor.option("down_mbit_s", profile.down_mbit_s,
                   {.doc = "Bandwidth to the service", .unit = "Mbit/s", .range = positive()});
    visitor.option("nj_per_bit", profile.nj_per_bit,
                   {.doc = "Energy of a transferred bit", .unit = "nJ", .range = at_least(0)});
    visitor.option("share", profile.share, {.doc = "Weight in the draw of a service's network", .range = at_least(0)});
}

void declare(OptionVisitor& visitor, QosOptions& options) {
    visitor.list("devices", options.devices,
                 {.doc = "Classes of devices that services run on; each service draws one"});
    visitor.list("networks", options.networks, {.doc = "Classes of links; each service draws one"});
    visitor.option(
        "jitter", options.jitter,
        {.doc = "Spread of times from round to round: standard deviation of ln(time)", .range = between(0, 2)});
}

QosModel::QosModel(QosOptions options, std::uint32_t services, Seed seed)
    : options_{std::move(options)}, seed_{seed}, device_(services), network_(services) {
    check_profiles(options_.devices, "devices");
    check_profiles(options_.networks, "networks");
    for (std::uint32_t i = 0; i < services; ++i) {
        device_[i] = draw_profile(options_.devices, {seed, Purpose::device_profile, i, 0});
        network_[i] = draw_profile(options_.networks, {seed, Purpose::network_profile, i, 0});
    }
}

QosEstimate QosModel::estimate(ServiceId id, Round round, const Workload& work) const {
    const DeviceProfile& on = device(id);
    const NetworkProfile& over = network(id);
    RandomStream random{seed_, Purpose::latency_jitter, id.value(), round.value()};
    const double compute_jitter = std::exp(options_.jitter * random.normal());
    const double network_jitter = std::exp(options_.jitter * random.normal());
    const auto compute_s = [&](double flops) { return flops / (on.gflops * 1e9) * compute_jitter; };
    const auto transfer_s = [&](double bytes, double mbit_s) { return bytes * 8.0 / (mbit_s * 1e6) * network_jitter; };

    const double round_trip_s = over.round_trip_ms * 1e-3 * network_jitter;
    const double train_s = compute_s(work.trained_samples * work.training_flops);
    const double bytes = 2.0 * work.parameter_bytes;
    return {
        .response_ms =
            1e3 * (round_trip_s + transfer_s(work.sample_bytes, over.down_mbit_s) + compute_s(work.forward_flops)),
        .train_ms = 1e3 * (round_trip_s + transfer_s(work.parameter_bytes, over.down_mbit_s) + train_s +
                           transfer_s(work.parameter_bytes, over.up_mbit_s)),
        .energy_j = train_s * on.power_w + bytes * 8.0 * over.nj_per_bit * 1e-9,
        // Weights, gradients and momentum, plus the activations of a batch.
        .memory_bytes = 3.0 * work.parameter_bytes + work.activation_bytes,
        .bytes = static_cast<std::int64_t>(bytes),
    };
}

}  // namespace mlaasim::sim
