// The root attributes of a trace: what the file says of the run.
#pragma once

#include "sim/storage/hdf5_file.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::sim {

void write_header(const Hdf5File& file, const TraceHeader& header);

/// Throws InputError unless every attribute is there and the schema version is one that this program reads.
[[nodiscard]] TraceHeader load_header(const Hdf5File& file);

/// Stores the digest of the file's description: the attributes of the root, and the names and types of all that every
/// trace has. To be called when all of that is in the file.
void store_structure_digest(const Hdf5File& file);
/// Empty in a trace of schema 2.
[[nodiscard]] std::string stored_structure_digest(const Hdf5File& file);

/// Throws InputError unless the description is the one whose digest was stored, nothing of another kind lies in the
/// file, and nothing follows its end.
void verify_structure(const Hdf5File& file);

}  // namespace mlaasim::sim
