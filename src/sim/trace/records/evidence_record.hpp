// The trace's table `evidence`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct EvidenceRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(
        Text<12>, tier, "",
        "`labels`: labelled samples that are never scored; `unlabelled`: samples without labels, after they were "
        "scored; `trials`: "
        "trainings of candidates on trial; `complaints`: clients that did not get the accuracy that they require, "
        "where that opens adaptation.trigger")
    MLAASIM_COLUMN(std::int64_t, spent, "",
                   "how many the round's assessment and response used: samples of all clients together, trainings, "
                   "or clients")
    MLAASIM_TABLE(EvidenceRecord, "evidence",
                  "One row per round and kind of evidence that was used: what the response to drift rests on.")
};

}  // namespace mlaasim::sim
