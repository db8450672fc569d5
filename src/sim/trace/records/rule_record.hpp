// The trace's table `rules`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct RuleRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, service, "", "id of the candidate")
    MLAASIM_COLUMN(double, dum, "1", "data utility: distance between the label histograms (eq. 7)")
    MLAASIM_COLUMN(double, mum, "1", "model utility: divergence between the weights (eq. 8)")
    MLAASIM_COLUMN(double, sm, "1", "scalability: response time against the composition's (eq. 9)")
    MLAASIM_COLUMN(double, hqu, "1", "similarity of the quality histories (eq. 10)")
    MLAASIM_COLUMN(double, sru, "1", "reliability over the trial rounds (eq. 11)")
    MLAASIM_COLUMN(std::uint32_t, dum_holds, "0/1", "1 when dum is on the good side of its threshold")
    MLAASIM_COLUMN(std::uint32_t, mum_holds, "0/1", "1 when mum is on the good side of its threshold")
    MLAASIM_COLUMN(std::uint32_t, sm_holds, "0/1", "1 when sm is on the good side of its threshold")
    MLAASIM_COLUMN(std::uint32_t, hqu_holds, "0/1", "1 when hqu is on the good side of its threshold")
    MLAASIM_COLUMN(std::uint32_t, sru_holds, "0/1", "1 when sru is on the good side of its threshold")
    MLAASIM_COLUMN(double, confidence, "1", "confidence score: weighted sum of the rules that hold (Alg. 3)")
    MLAASIM_COLUMN(std::uint32_t, composable, "0/1", "1 when the confidence score reaches its threshold")
    MLAASIM_TABLE(RuleRecord, "rules",
                  "One row per candidate that was tried: the five composition rules and their confidence score "
                  "(adaptive composition, eq. 2 and 7-11, Alg. 3).")
};

}  // namespace mlaasim::sim
