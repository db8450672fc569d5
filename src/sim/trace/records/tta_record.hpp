// The trace's table `tta`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct TtaRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::int32_t, service, "", "id of the adapted service; -1 is the whole composition", -1)
    MLAASIM_COLUMN(Text<16>, technique, "", "name of the adaptation technique")
    MLAASIM_COLUMN(std::int64_t, samples, "samples", "unlabelled samples that the adaptation saw")
    MLAASIM_COLUMN(double, wdm, "1", "weight drift measurement (test-time, eq. 4)")
    MLAASIM_COLUMN(double, ucs, "1", "update consistency score (eq. 5)")
    MLAASIM_COLUMN(double, bnuas, "1", "batch normalisation update alignment score (eq. 6-7)")
    MLAASIM_COLUMN(double, bndas, "1", "batch normalisation data alignment score (eq. 8-9)")
    MLAASIM_COLUMN(double, pdam, "1", "prediction distribution alignment measurement (eq. 10)")
    MLAASIM_COLUMN(double, score, "1", "composability score: mean of the five terms that apply (Alg. 1)")
    MLAASIM_COLUMN(std::uint32_t, composable, "0/1",
                   "1 when the threshold of the score accepts it, or the logistic regression where there is one")
    MLAASIM_COLUMN(Text<24>, outcome, "",
                   "what became of the adapted service: `integrated`; `arrived`: integrated, but so near that the "
                   "service stays as it is; `another technique`: composable, but the integration took another; `not "
                   "composable`; taken back: `few samples`, `not finite` (a value of "
                   "the stream), `constant samples`, `diverged`")
    MLAASIM_TABLE(TtaRecord, "tta",
                  "One row per service (or whole composition) and technique by which it was adapted at test time, with "
                  "the composability scores (test-time adaptive composition, eq. 4-10, Alg. 1).")
};

}  // namespace mlaasim::sim
