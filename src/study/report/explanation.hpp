// One round's decisions in words: why members were flagged, who was considered, what each rule said, what the bandit
// expected, and what happened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/report/run_trace.hpp"

namespace mlaasim::study {

struct ExplainedPart {
    std::string title;
    std::vector<std::string> lines;
};

/// Parts of which there is nothing to say are left out. With a service, only what concerns it. Throws InputError for a
/// round that the trace does not have, and for a service that the scenario does not have.
[[nodiscard]] std::vector<ExplainedPart> explain_round(const RunTrace& trace, std::uint32_t round,
                                                       std::optional<std::uint32_t> service);

}  // namespace mlaasim::study
