// The trace's table `services`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct ServiceRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, service, "", "id of the service")
    MLAASIM_COLUMN(Text<12>, role, "", "`member` of the composition, or `candidate` trained on trial")
    MLAASIM_COLUMN(Text<12>, status, "",
                   "`trained`, `outage` (not reachable) or `diverged` (update not finite, refused)")
    MLAASIM_COLUMN(std::int64_t, samples, "samples", "samples that the service trained on, once an epoch")
    MLAASIM_COLUMN(double, train_loss, "nat", "mean local training loss of the round")
    MLAASIM_COLUMN(double, effectiveness, "1",
                   "E_f: accuracy of the service's own model on its held-out samples, after this round's training")
    MLAASIM_COLUMN(double, quality, "1",
                   "Q: moving average of the effectiveness, which begins with the first observation")
    MLAASIM_COLUMN(double, reliability, "1",
                   "R: share of the tasks completed so far, the advertised reliability counting as some of them")
    MLAASIM_COLUMN(double, response_ms, "ms",
                   "t: modelled time of one request: network there and back, and a forward pass")
    MLAASIM_COLUMN(double, train_ms, "ms", "modelled time of the training round: model down, local training, update up")
    MLAASIM_COLUMN(double, energy_j, "J", "modelled energy of training and transfers")
    MLAASIM_COLUMN(double, memory_bytes, "byte", "modelled peak memory on the service's device")
    MLAASIM_COLUMN(std::int64_t, bytes, "byte", "modelled traffic, up and down")
    MLAASIM_TABLE(ServiceRecord, "services",
                  "One row per round and member, and per candidate that was trained on trial. In very large worlds not "
                  "all of them are kept: `omitted` says how many are missing.")
};

}  // namespace mlaasim::sim
