// The trace's table `timing`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct TimingRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, rank, "", "the MPI rank that measured")
    MLAASIM_COLUMN(Text<16>, phase, "",
                   "`mpi_init` and `setup` (before the first round played), `train`, `trial` (training of candidates), "
                   "`collect` (reports and rows after either), `aggregate`, `evaluate`, `serve`, `watch`, `distances`, "
                   "`assess`, `compose`, `adapt`, `fetch` (rows to rank 0), `fingerprint`, `compare`; of rank 0 alone "
                   "`decide` (filter, bandit, rules, tests), `record` (rows of the trace), `commit` (what the run "
                   "waited for; the rest goes on beside the next round), or the whole `round`")
    MLAASIM_COLUMN(double, seconds, "s", "measured wall-clock time of the phase")
    MLAASIM_COLUMN(double, resident_mib, "MiB", "measured resident memory of the rank at the end of the phase")
    MLAASIM_COLUMN(std::int64_t, items, "", "services trained or clients evaluated by this rank")
    MLAASIM_COLUMN(
        double, imbalance, "",
        "train, trial: predicted cost of the busiest rank over the mean, by the placement of the services; else 0")
    MLAASIM_TABLE(TimingRecord, "timing",
                  "Measured on the machines of the run; the only table that differs between repetitions.")
};

}  // namespace mlaasim::sim
