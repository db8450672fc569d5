// A difference of two runs, told in 80 columns.
#pragma once

#include <string>

#include "study/difference.hpp"

namespace mlaasim::study {

/// Scenario, first difference, a table with a row for each table of the trace, checkpoint, and a last line that says
/// whether the runs differ. Values, paths and versions are never cut; they may be longer than a line.
[[nodiscard]] std::string difference_text(const Difference& difference);

}  // namespace mlaasim::study
