// The trace's table `confusion`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct ConfusionRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, truth, "", "class that the sample's label names")
    MLAASIM_COLUMN(std::uint32_t, predicted, "", "class that the composition answered")
    MLAASIM_COLUMN(std::int64_t, samples, "samples",
                   "samples of all clients with this label and this answer, before any adaptation; never 0")
    MLAASIM_TABLE(ConfusionRecord, "confusion",
                  "One row per round, label and answer that occurred: the confusion matrix of all clients together. "
                  "Of at most `evaluation.confusion_rounds` rounds, the last among them.")
};

}  // namespace mlaasim::sim
