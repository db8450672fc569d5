// The root attributes of a trace: what the file says of the run.
#pragma once

#include "sim/hdf5_file.hpp"
#include "sim/trace.hpp"

namespace mlaasim::sim {

void write_header(const Hdf5File& file, const TraceHeader& header);

/// Throws InputError unless every attribute is there and the schema version is this program's.
[[nodiscard]] TraceHeader load_header(const Hdf5File& file);

}  // namespace mlaasim::sim
