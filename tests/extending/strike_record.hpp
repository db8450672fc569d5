#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct StrikeRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::int32_t, service, "", "id of the service; -1 = all of them", -1)
    MLAASIM_COLUMN(double, loss_j, "J", "energy that the strike cost")
    MLAASIM_TABLE(StrikeRecord, "strikes", "One row per service that went on strike.")
};

}  // namespace mlaasim::sim
