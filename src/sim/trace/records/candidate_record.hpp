// The trace's table `candidates`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct CandidateRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, service, "", "id of the candidate")
    MLAASIM_COLUMN(double, effectiveness, "1", "advertised E_f")
    MLAASIM_COLUMN(double, quality, "1", "advertised quality history Q")
    MLAASIM_COLUMN(double, volume, "samples", "advertised volume of data")
    MLAASIM_COLUMN(std::uint32_t, accepted, "0/1", "1 when the candidate passed every condition")
    MLAASIM_COLUMN(Text<24>, reason, "",
                   "accepted, or what spoke against it: member, unavailable, excluded, architecture, modality, "
                   "features; latency, cost or availability, which a client requires and every swap for it would "
                   "break; or the attributes that are not above the mean of the underperforming")
    MLAASIM_TABLE(CandidateRecord, "candidates",
                  "One row per service that the candidate filter looked at (adaptive composition, Alg. 2).")
};

}  // namespace mlaasim::sim
