// One trace table as an HDF5 dataset: packed compound rows, chunked, growing at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "sim/hdf5_file.hpp"
#include "sim/trace_schema.hpp"

namespace mlaasim::sim {

void create_table(const Hdf5File& file, const Table& table);

/// Throws InputError unless the table is there, with the columns of this schema.
[[nodiscard]] std::uint64_t row_count(const Hdf5File& file, const Table& table);

/// Appends packed rows (trace_packing.hpp) and writes them out.
void append_rows(const Hdf5File& file, const Table& table, std::span<const std::byte> packed);

/// Hands out all packed rows in blocks of whole rows, in file order.
void read_packed(const Hdf5File& file, const Table& table, const std::function<void(std::span<const std::byte>)>& take);

}  // namespace mlaasim::sim
