// The checkpoint's arrays: one dataset each under /checkpoint/arrays, overwritten in place by every commit.
#pragma once

#include <map>
#include <string>

#include "sim/storage/hdf5_file.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::sim {

void create_arrays(const Hdf5File& file);

/// Afterwards the file holds exactly these arrays. An array that changes its shape, but not its rank, keeps its
/// dataset, so that histories that grow from round to round do not leave dead space behind.
void replace_arrays(const Hdf5File& file, const std::map<std::string, Checkpoint::Array>& arrays);

[[nodiscard]] std::map<std::string, Checkpoint::Array> read_arrays(const Hdf5File& file);

}  // namespace mlaasim::sim
