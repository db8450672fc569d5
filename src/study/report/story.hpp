// The story of a run in about ten sentences, for the terminal and for the report.
#pragma once

#include <string>
#include <vector>

#include "study/report/round_events.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// How far accuracy must fall from one round to the next to be told as a fall, and how near to what it was before it
/// must come to be back.
inline constexpr double told_fall = 0.02;
inline constexpr double back_within = 0.005;

/// Who plays; what happened in the rounds that matter most, in their order; what it came to. At most ten lines.
[[nodiscard]] std::vector<std::string> story_of(const RunTrace& trace, const std::vector<RoundEvents>& events);

/// What happened in one round, in one sentence; empty when nothing did.
[[nodiscard]] std::string story_of_round(const RunTrace& trace, const RoundEvents& events);

}  // namespace mlaasim::study
