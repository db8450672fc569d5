// State per service: row i of the matrix /checkpoint/service_state belongs to the service /checkpoint/service_ids[i].
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/storage/hdf5_file.hpp"

namespace mlaasim::sim {

/// The row of each service: a service keeps its row for as long as it has state. A row whose service has none any more
/// is free: it holds zeros, its id is `free_row`, and the next new service takes it.
using ServiceRows = std::map<ServiceId, std::uint64_t>;
using ServiceStates = std::map<ServiceId, std::vector<float>>;
using ServiceStateViews = std::map<ServiceId, std::span<const float>>;

/// The id of a row that belongs to no service.
inline constexpr std::uint32_t free_row = 0xFFFFFFFF;

/// Gives a row to each of `stateful` that has none, and takes it from those that are not among them.
void assign_rows(ServiceRows& rows, const std::set<ServiceId>& stateful);

void create_service_ids(const Hdf5File& file);

/// Writes the rows of `states` where `rows` says, growing both datasets as needed, and clears those that have become
/// free. The states of services without a row are left out; `states` holds at least those that differ from the file's.
/// The matrix is made by the first state.
void write_service_states(const Hdf5File& file, const ServiceStateViews& states, const ServiceRows& rows);

[[nodiscard]] ServiceRows service_rows(const Hdf5File& file);
/// Throws InputError when a free row is not zero.
[[nodiscard]] ServiceStates read_service_states(const Hdf5File& file);

}  // namespace mlaasim::sim
