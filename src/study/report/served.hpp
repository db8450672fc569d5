// What a round found out about each client's stream, in words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/report/run_trace.hpp"

namespace mlaasim::study {

/// A line a client, at most 12: how it is served in the next round, and why. Clients that are served plainly, because
/// their streams show nothing, share a line. Empty where nobody looked.
[[nodiscard]] std::vector<std::string> served_lines(const RunTrace& trace, std::uint32_t round);

}  // namespace mlaasim::study
