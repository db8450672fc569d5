// A run in the terminal: its story, curves of small bars, and tables, in 80 columns.
#pragma once

#include <string>
#include <vector>

#include "study/report/explanation.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::app {

/// The story alone: a paragraph a line of it.
[[nodiscard]] std::string story_text(const study::RunTrace& trace);
/// The story, the curves, the members at the end, cost and time.
[[nodiscard]] std::string run_text(const study::RunTrace& trace);
/// What was found and done, and how to find out what it was worth: what a run ends with.
[[nodiscard]] std::string ending_text(const study::RunTrace& trace);
[[nodiscard]] std::string explanation_text(const std::vector<study::ExplainedPart>& parts);

}  // namespace mlaasim::app
