// The trace's table `satisfaction`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct SatisfactionRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, client, "", "id of the client")
    MLAASIM_COLUMN(Text<16>, requirement, "", "`accuracy`, `latency`, `cost` or `availability`")
    MLAASIM_COLUMN(double, required, "", "what the client requires: at least, or at most for latency (ms) and cost")
    MLAASIM_COLUMN(double, observed, "",
                   "what it got: its accuracy before any adaptation; of the members that were reachable, the slowest "
                   "one's modelled response time in ms and the sum of their prices; the product of all members' "
                   "reliabilities")
    MLAASIM_COLUMN(std::uint32_t, met, "0/1", "1 when it got what it requires")
    MLAASIM_TABLE(SatisfactionRecord, "satisfaction",
                  "One row per round, client and requirement that it states (clients.requirements).")
};

}  // namespace mlaasim::sim
