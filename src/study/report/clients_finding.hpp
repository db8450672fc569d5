// What a run did for its clients, in words.
#pragma once

#include <cstddef>
#include <string>

#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// How the clients were served, and what it was worth to them; empty where nobody looked at their streams.
[[nodiscard]] std::string clients_finding(const RunTrace& trace);

/// How far the clients got what they require; empty where they state nothing.
[[nodiscard]] std::string requirements_finding(const RunTrace& trace);

/// Services or clients that a finding names; of the others it says how many they are.
inline constexpr std::size_t most_named = 6;

}  // namespace mlaasim::study
