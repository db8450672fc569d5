// The report of one run.
#pragma once

#include <string>

#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// One self-contained HTML file.
[[nodiscard]] std::string report_of(const RunTrace& trace);

}  // namespace mlaasim::study
