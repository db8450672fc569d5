// The trace's table `actions`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct ActionRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, step, "",
                   "each compares with the composition that the chosen change of the step before has left; 0 where "
                   "nothing was compared")
    MLAASIM_COLUMN(Text<12>, action, "",
                   "`integration`, `substitution` or `removal`; `collapse`: harm is proven, and nothing can be done "
                   "about it")
    MLAASIM_COLUMN(std::int32_t, outgoing, "", "id of the member that would leave; -1 when nobody would", -1)
    MLAASIM_COLUMN(std::int32_t, incoming, "", "id of the candidate that would join; -1 when nobody would", -1)
    MLAASIM_COLUMN(std::int64_t, samples, "samples", "labelled samples that its mean gain comes from")
    MLAASIM_COLUMN(double, mean, "1",
                   "mean gain: half of what the Brier loss would fall by. Of `heal` on the samples that choose; of "
                   "`recompose` the gain of all its changes together. For a member that the harm test convicted "
                   "and that left without a comparison: its mean harm")
    MLAASIM_COLUMN(double, lower_bound, "1",
                   "of the changes that `heal` proposes: what all of them together gain at least, on the samples that "
                   "prove, less the margin of each; above 0 they are made. Of who has left: what the composition gains "
                   "by it at least. Else NaN")
    MLAASIM_COLUMN(std::uint32_t, actions, "", "actions that were compared in the step")
    MLAASIM_COLUMN(std::uint32_t, committed, "0/1", "1 when it was done")
    MLAASIM_COLUMN(Text<120>, outcome, "",
                   "what became of it, and why; of a collapse: the nearest option that would help")
    MLAASIM_TABLE(ActionRecord, "actions",
                  "One row per change of the composition that was judged by labelled evidence, and what became of it "
                  "(strategies `heal` and `recompose`).")
};

}  // namespace mlaasim::sim
