// The trace's table `bandit`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct BanditRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, selection, "", "selection round within the round, from 0")
    MLAASIM_COLUMN(std::uint32_t, service, "", "id of the candidate that is the arm")
    MLAASIM_COLUMN(double, expected, "1", "expected reward of the arm")
    MLAASIM_COLUMN(double, bonus, "1", "exploration bonus; the arm's upper confidence bound is expected + bonus")
    MLAASIM_COLUMN(double, reward, "1", "reward that the policy learnt from; 0 when the arm was not chosen")
    MLAASIM_COLUMN(std::uint32_t, chosen, "0/1", "1 when this selection chose the arm")
    MLAASIM_TABLE(BanditRecord, "bandit",
                  "One row per arm and selection round of the contextual bandit (adaptive composition, Alg. 4).")
};

}  // namespace mlaasim::sim
