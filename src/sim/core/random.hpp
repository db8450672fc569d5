// Counter-based random streams (Philox 4x32-10): keyed by who draws for what, never by rank or call order.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sim/core/ids.hpp"

namespace mlaasim::sim {

/// The seed of a scenario; every stream of a run derives from it.
struct Seed {
    std::uint64_t value;
};

/// What a stream is drawn for. The numbers are part of the trace's reproducibility: append, never renumber.
enum class Purpose : std::uint32_t {
    generated_data = 1,
    partition = 2,
    client_pool = 3,
    client_stream = 4,
    device_profile = 5,
    network_profile = 6,
    latency_jitter = 7,
    availability = 8,
    model_init = 9,
    shuffle = 10,
    drift_noise = 11,
    drift_labels = 12,
    drift_targets = 13,
    bandit = 14,
    holdout = 15,              ///< reserved
    views = 16,                ///< views of samples to adapt on
    test = 17,                 ///< of tests alone
    sweep = 18,                ///< random settings of a study
    bootstrap = 19,            ///< resamples of a study's seeds
    labelled_half = 20,        ///< which of a client's samples are never scored
    labels = 21,               ///< of those, which are labelled in a round
    recorded_services = 22,    ///< services whose rows the trace keeps, where it can't keep all
    advertised_services = 23,  ///< services that train in order to advertise, where not all do
    random_halves = 24,        ///< of a composition, that are compared in order to find members that harm
    class_mix = 25,            ///< how often each class comes in what clients stream in a round
    clean_windows = 36,        ///< windows of providers' samples, for what alignment gains where nothing has turned
    clean_mixes = 37,          ///< the same with a client's mix of classes, for drift that no mix explains
    shear = 40,                ///< the following are corruptions of samples
    translate = 41,
    impulse_noise = 42,
    shot_noise = 43,
    glass_blur = 44,
    motion_blur = 45,
    fog = 46,
    spatter = 47,
    dotted_line = 48,
    zigzag = 49,
    sensor_bias = 50,
    missing_channel = 51,
    time_warp = 52,
    corrupted_samples = 53,  ///< which samples a corruption meets
};

/// A stateless-to-store random stream: the n-th number of stream (seed, purpose, entity, round) is always the same,
/// on any rank and in any order. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
class RandomStream {
public:
    using result_type = std::uint32_t;

    /// `entity` is the id of the service, client, sample ... that the numbers belong to.
    RandomStream(Seed seed, Purpose purpose, std::uint64_t entity, std::uint32_t round);

    [[nodiscard]] static constexpr result_type min() { return 0; }
    [[nodiscard]] static constexpr result_type max() { return 0xFFFFFFFFU; }
    result_type operator()();

    /// Uniform in [0, 1), 53 random bits.
    double uniform();
    /// Uniform in [low, high).
    double uniform(double low, double high);
    /// Standard normal (Box-Muller).
    double normal();
    /// Gamma(shape, 1), shape > 0 (Marsaglia and Tsang 2000).
    double gamma(double shape);
    /// Uniform integer in [0, n), unbiased; n > 0.
    std::uint32_t below(std::uint32_t n);
    /// Fisher-Yates.
    void shuffle(std::span<std::uint32_t> values);

private:
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    unsigned used_ = 4;
    double spare_normal_ = 0.0;
    bool has_spare_normal_ = false;
};

}  // namespace mlaasim::sim
