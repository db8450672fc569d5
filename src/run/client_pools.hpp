// The samples that clients hold: those that rounds score, and those that rounds may have labelled.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "composition/evidence.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::run {

/// Where a scenario grants labels or sets samples aside for them, each client's samples are split at random into two
/// halves: one that rounds score, and one that is never scored. Else all samples are scored.
class ClientPools {
public:
    /// The partition must outlive this object. Throws InputError, with the path of the option, when labels are granted
    /// and no client has a sample for them.
    ClientPools(const sim::Partition& partition, std::uint32_t clients, const composition::EvidenceOptions& evidence,
                sim::Seed seed);

    /// The samples that rounds draw a client's stream from.
    [[nodiscard]] std::span<const std::uint32_t> scored(sim::ClientId client) const;
    /// The samples of a client that are labelled in a round: its part of the grant, drawn anew each round, or as many
    /// as its half has. With a mix of classes they are drawn by it; `labels` are those of the partition's pool.
    [[nodiscard]] std::vector<std::uint32_t> labelled(sim::ClientId client, sim::Round round,
                                                      std::span<const double> mix = {},
                                                      std::span<const std::uint8_t> labels = {}) const;

private:
    [[nodiscard]] bool split() const { return !shuffled_.empty(); }
    [[nodiscard]] std::size_t in_scored_half(sim::ClientId client) const;

    const sim::Partition& partition_;
    std::int64_t labels_;
    sim::Seed seed_;
    std::vector<std::vector<std::uint32_t>> shuffled_;  ///< by client, the scored half first; empty unless split
    std::vector<std::int64_t> turns_;                   ///< by client: how many before it have samples to be labelled
    std::int64_t givers_ = 0;                           ///< clients that have samples to be labelled
};

}  // namespace mlaasim::run
