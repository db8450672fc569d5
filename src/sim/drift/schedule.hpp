// When, how and for whom the data drifts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// rotation and noise change P(x) (data drift), label_swap changes P(y|x) (concept drift).
enum class DriftKind { rotation, noise, label_swap };
enum class DriftPattern { sudden, gradual };
enum class DriftTarget { services, clients };

/// One entry of the schedule.
struct DriftOptions {
    DriftKind kind = DriftKind::rotation;
    DriftPattern pattern = DriftPattern::sudden;
    DriftTarget target = DriftTarget::clients;
    std::int64_t start = 1;     ///< first round that sees it
    std::int64_t duration = 1;  ///< gradual: rounds until the full magnitude
    std::int64_t end = 0;       ///< first round that no longer sees it; 0 = stays
    double magnitude = 30.0;    ///< rotation: degrees, counter-clockwise; noise: standard deviation in [0, 1] grey;
                                ///< label_swap: share of samples
    std::vector<std::int64_t>
        classes{};  ///< label_swap: pairs a, b that swap; empty = every class c becomes classes - 1 - c
    std::vector<std::int64_t> ids{};  ///< affected services or clients; empty = `share` of them, drawn once
    double share = 1.0;
};

[[nodiscard]] std::vector<Choice> choices_of(DriftKind kind);
[[nodiscard]] std::vector<Choice> choices_of(DriftPattern pattern);
[[nodiscard]] std::vector<Choice> choices_of(DriftTarget target);
void declare(OptionVisitor& visitor, DriftOptions& options);

/// A label swap in force: with probability `share`, drawn once per sample and entry, a becomes b and b becomes a.
struct LabelSwap {
    std::uint8_t a = 0;
    std::uint8_t b = 0;
    double share = 0.0;
    std::uint32_t entry = 0;  ///< of the schedule: entries that overlap hit samples independently of each other
    friend bool operator==(const LabelSwap&, const LabelSwap&) = default;
};

/// What drift does to the samples of one entity in one round.
struct DriftState {
    double rotation_degrees = 0.0;
    double noise_deviation = 0.0;
    std::vector<LabelSwap> swaps{};

    [[nodiscard]] bool none() const { return rotation_degrees == 0.0 && noise_deviation == 0.0 && swaps.empty(); }
    friend bool operator==(const DriftState&, const DriftState&) = default;
};

/// The schedule resolved to entities. A pure function of (scenario, entity, round): it needs no saved state.
///
/// Entries that overlap add up: rotations as angles, noises as variances, swaps one after another in the schedule's
/// order. The magnitude in round t is `magnitude`, times min(1, (t - start + 1) / duration) when gradual.
class DriftSchedule {
public:
    /// Throws InputError with one problem for every rule that spans options, each named by its entry ("drift.2: ...").
    DriftSchedule(std::span<const DriftOptions> options, std::uint32_t services, std::uint32_t clients,
                  std::uint32_t classes, Seed seed);

    [[nodiscard]] DriftState service(ServiceId id, Round round) const;
    [[nodiscard]] DriftState client(ClientId id, Round round) const;

    /// An entry whose effect starts or ends in this round, for the trace's events.
    struct Change {
        std::size_t entry;
        bool starts;
    };
    [[nodiscard]] std::vector<Change> changes(Round round) const;

private:
    struct Entry {
        DriftOptions options;
        std::vector<bool> affected;
    };
    [[nodiscard]] DriftState state(DriftTarget target, std::uint32_t id, Round round) const;

    std::vector<Entry> entries_;
    std::uint32_t classes_;
};

}  // namespace mlaasim::sim
