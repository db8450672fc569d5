// Whether a service can be reached: a two-state process per service, up and down for a while.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

struct AvailabilityOptions {
    double lowest = 1.0;         ///< long-run availability of the least available service
    double highest = 1.0;        ///< of the most available one; each service draws its own between the two
    double outage_rounds = 2.0;  ///< mean length of an outage
};

void declare(OptionVisitor& visitor, AvailabilityOptions& options);

/// Per service a Markov chain: down -> up with probability 1 / outage_rounds a round, up -> down so that the long-run
/// share of up rounds is the service's availability. Below a share of 1 / (1 + outage_rounds) the chain goes down after
/// every up round and outages last longer than outage_rounds. Stepped from round 0, so it needs no saved state.
class Availability {
public:
    /// Throws InputError when lowest > highest.
    Availability(const AvailabilityOptions& options, std::uint32_t services, Seed seed);

    /// Moves on to a later round (or stays).
    void advance_to(Round round);
    [[nodiscard]] bool up(ServiceId id) const { return up_[id.value()] != 0; }
    /// By service id, 1 = up.
    [[nodiscard]] std::span<const std::uint8_t> all() const { return up_; }
    /// Share of rounds that the service is up in the long run: what its provider advertises as R.
    [[nodiscard]] double long_run(ServiceId id) const { return share_[id.value()]; }

private:
    Seed seed_;
    Round round_{0};
    std::vector<double> share_;
    std::vector<double> recovery_;
    std::vector<double> failure_;
    std::vector<std::uint8_t> up_;
};

}  // namespace mlaasim::sim
