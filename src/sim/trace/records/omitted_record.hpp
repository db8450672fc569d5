// The trace's table `omitted`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct OmittedRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(Text<12>, role, "", "of the services whose rows are left out: `member`, or `candidate`")
    MLAASIM_COLUMN(std::int64_t, rows, "rows", "how many are left out")
    MLAASIM_COLUMN(std::int64_t, trainings, "rows", "how many of them are of trainings: their status is not `outage`")
    MLAASIM_COLUMN(std::int64_t, bytes, "byte", "sum of their column `bytes`")
    MLAASIM_COLUMN(double, energy_j, "J", "sum of their column `energy_j`")
    MLAASIM_TABLE(
        OmittedRecord, "omitted",
        "What table `services` leaves out by the scenario's `trace.service_rows`: one row per round and role. "
        "A round without a row here has every service.")
};

}  // namespace mlaasim::sim
