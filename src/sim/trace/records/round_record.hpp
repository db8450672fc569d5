// The trace's table `rounds`.
#pragma once

#include <limits>

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct RoundRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, members, "services", "size of the composition at the end of the round")
    MLAASIM_COLUMN(std::uint32_t, available, "services", "members that were reachable (no outage)")
    MLAASIM_COLUMN(std::uint32_t, trained, "services", "members whose update was aggregated")
    MLAASIM_COLUMN(std::uint32_t, diverged, "services",
                   "members whose update was refused because it was not finite or far beyond the model it started from")
    MLAASIM_COLUMN(std::uint32_t, assessed, "services",
                   "members that were assessed; 0 when the round had no assessment")
    MLAASIM_COLUMN(std::uint32_t, underperforming, "services", "members whose contribution was below the threshold")
    MLAASIM_COLUMN(std::uint32_t, replaced, "services", "members that were substituted by a candidate")
    MLAASIM_COLUMN(std::uint32_t, adapted, "services", "members that were adapted at test time and kept")
    MLAASIM_COLUMN(std::int64_t, samples, "samples", "samples of all clients that the composition was evaluated on")
    MLAASIM_COLUMN(double, accuracy, "1", "share of the samples classified correctly, before any adaptation")
    MLAASIM_COLUMN(double, precision, "1", "precision, averaged over classes")
    MLAASIM_COLUMN(double, recall, "1", "recall, averaged over classes")
    MLAASIM_COLUMN(double, f1, "1", "F1 score, averaged over classes")
    MLAASIM_COLUMN(double, loss, "nat", "mean cross-entropy per sample")
    MLAASIM_COLUMN(
        double, adapted_accuracy, "1",
        "what the composition after the round's response has on the same samples; nothing was decided on their labels, "
        "but services that were adapted at test time have seen some of them. Equals accuracy without a response")
    MLAASIM_COLUMN(double, adapted_loss, "nat", "the same of the loss")
    MLAASIM_COLUMN(double, satisfied, "1",
                   "share of the requirements that clients state and that were met; 1 where none is stated", 1.0)
    MLAASIM_COLUMN(double, train_loss, "nat", "mean local training loss of the members that trained")
    MLAASIM_COLUMN(double, latency_ms, "ms", "modelled time of the round: the slowest trained member's train_ms")
    MLAASIM_COLUMN(double, energy_j, "J", "modelled energy of the round, all trained members")
    MLAASIM_COLUMN(double, memory_bytes, "byte", "modelled peak memory of the most demanding service")
    MLAASIM_COLUMN(std::int64_t, bytes, "byte", "modelled traffic of the round, up and down, all trained members")
    MLAASIM_COLUMN(double, plain_accuracy, "1",
                   "accuracy on the same samples of the composition alone, without what clients are served besides",
                   std::numeric_limits<double>::quiet_NaN())
    MLAASIM_TABLE(RoundRecord, "rounds", "One row a round: the composition as the clients see it.")
};

}  // namespace mlaasim::sim
