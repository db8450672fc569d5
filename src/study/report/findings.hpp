// What a run found out and did, in a few sentences: who harmed, whose stream moved away, what was done on which
// evidence.
#pragma once

#include <string>
#include <vector>

#include "study/report/round_events.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::study {

struct Finding {
    std::string title;  ///< "Harm"
    std::string text;   ///< sentences
};

/// Services whose data drift, and members that were flagged: since when, when they were found, and what became of them.
/// A title and at most a few sentences each; what a run has nothing of is left out.
[[nodiscard]] std::vector<Finding> findings_of(const RunTrace& trace, const std::vector<RoundEvents>& events);

}  // namespace mlaasim::study
