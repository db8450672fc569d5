// The trace's table `drift`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct DriftRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(Text<12>, target, "", "whose data drifts: `service` or `client`")
    MLAASIM_COLUMN(std::uint32_t, id, "", "id of the service or client")
    MLAASIM_COLUMN(std::uint32_t, entry, "", "number of the entry in the scenario's `drift`, from 0")
    MLAASIM_COLUMN(double, strength, "",
                   "its strength in this round, never 0, in the unit of its kind: docs/data.md has them")
    MLAASIM_TABLE(
        DriftRecord, "drift",
        "One row per round, per service or client, and per entry of the drift schedule that changes its data in "
        "this round. Of services there are those with a row in `services` in this round, by id, then the "
        "clients.")
};

}  // namespace mlaasim::sim
