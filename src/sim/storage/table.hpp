// One trace table as an HDF5 dataset: packed compound rows, chunked, with checksums, growing at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/storage/hdf5_file.hpp"
#include "sim/trace/schema.hpp"

namespace mlaasim::sim {

/// A column as a file stores it; a trace of an older schema may have others than this program writes.
struct StoredColumn {
    std::string name;
    FieldType type;
    std::size_t size;  ///< in bytes
};

void create_table(const Hdf5File& file, const Table& table);

/// The names of the tables in the file: those of this schema in its order, then the others.
[[nodiscard]] std::vector<std::string> stored_tables(const Hdf5File& file);

/// Throws InputError unless the table is there, and its rows are packed columns of known types.
[[nodiscard]] std::vector<StoredColumn> stored_columns(const Hdf5File& file, const std::string& table);

/// Throws InputError unless the table is there, with the columns of this schema.
void expect_columns(const Hdf5File& file, const Table& table);

[[nodiscard]] std::uint64_t row_count(const Hdf5File& file, const std::string& table);

/// Appends packed rows (trace/packing.hpp) and writes them out.
void append_rows(const Hdf5File& file, const Table& table, std::span<const std::byte> packed);

/// Hands out all packed rows in blocks of whole rows, in file order, and the size of a row.
void read_packed(const Hdf5File& file, const std::string& table,
                 const std::function<void(std::span<const std::byte> rows, std::size_t row_size)>& take);

/// The digest that belongs to the table `timing`; empty in a trace of schema 2.
[[nodiscard]] std::string stored_timing_digest(const Hdf5File& file);
void store_timing_digest(const Hdf5File& file, const std::string& digest);

}  // namespace mlaasim::sim
