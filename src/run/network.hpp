// What the collectives of steps take on a network, as `sim::Communicator` and Open MPI's non-blocking collectives
// carry them out. docs/plan.md has the formulas.
#pragma once

#include <span>
#include <vector>

#include "run/steps/cost.hpp"

namespace mlaasim::run {

/// The network between the ranks, of which each has its own link. With one rank nothing takes time.
struct Network {
    int ranks = 1;
    double bytes_per_second = 1.25e9;  ///< of a link, each way
    double latency_s = 20e-6;          ///< of one message
    double row_bytes = 0.0;            ///< of one row of parameters

    /// Bytes that each rank sends, given the costs of every rank.
    [[nodiscard]] std::vector<double> bytes_sent(std::span<const StepCost> costs) const;
    /// How long rank 0 waits for messages, given the costs of every rank.
    [[nodiscard]] double seconds(std::span<const StepCost> costs) const;

private:
    /// How often the ranks can be halved: the messages one after the other by which all hear of one.
    [[nodiscard]] double halvings() const;
    /// Latencies that one message of so many bytes takes.
    [[nodiscard]] static double latencies_of(double message_bytes);
};

}  // namespace mlaasim::run
