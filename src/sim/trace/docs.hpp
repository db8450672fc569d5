// The reference of the trace format, made from the descriptions of its tables.
#pragma once

#include <string>

namespace mlaasim::sim {

/// The content of docs/trace.md.
[[nodiscard]] std::string trace_markdown();

}  // namespace mlaasim::sim
