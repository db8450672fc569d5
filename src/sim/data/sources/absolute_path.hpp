// Scenarios that are written to another folder than the one that their paths begin in.
#pragma once

#include "sim/data/sources/data_source.hpp"

namespace mlaasim::sim {

/// Makes the path of a source that names files absolute; leaves other sources as they are. After DataSource::look().
void make_path_absolute(DataSource& source, const DataPlaces& places);

}  // namespace mlaasim::sim
