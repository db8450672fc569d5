// What a run did for its clients, in words.
#pragma once

#include <string>

#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// How the clients were served, and what it was worth to them; empty where nobody looked at their streams.
[[nodiscard]] std::string clients_finding(const RunTrace& trace);

}  // namespace mlaasim::study
