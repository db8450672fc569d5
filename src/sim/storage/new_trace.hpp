// New trace files, whole and on the disk, or not there at all.
#pragma once

#include <filesystem>

#include "sim/storage/service_states.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::sim {

/// The header, empty tables and no checkpoint.
void write_new_trace(const std::filesystem::path& path, const TraceHeader& header);

/// The contents of another trace. Unlike a copy of its bytes it carries over none of the damage that may lie where
/// nobody has read. Returns the rows of the services in it.
ServiceRows rewrite_trace(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace mlaasim::sim
