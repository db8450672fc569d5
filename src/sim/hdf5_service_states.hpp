// State per service: row i of the matrix /checkpoint/service_state belongs to the service /checkpoint/service_ids[i].
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "sim/hdf5_file.hpp"
#include "sim/ids.hpp"

namespace mlaasim::sim {

/// The row of each service: services keep theirs, new ones are appended.
using ServiceRows = std::map<ServiceId, std::uint64_t>;
using ServiceStates = std::map<ServiceId, std::vector<float>>;
using ServiceStateViews = std::map<ServiceId, std::span<const float>>;

void create_service_ids(const Hdf5File& file);

/// Writes the rows of `states` where `rows` says, growing both datasets as needed. Every id of `states` has its row in
/// `rows`, and the rows beyond those in the file are among them. The matrix is made by the first state.
void write_service_states(const Hdf5File& file, const ServiceStateViews& states, const ServiceRows& rows);

[[nodiscard]] ServiceRows service_rows(const Hdf5File& file);
[[nodiscard]] ServiceStates read_service_states(const Hdf5File& file);

}  // namespace mlaasim::sim
