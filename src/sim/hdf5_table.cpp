#include "sim/hdf5_table.hpp"

#include <hdf5.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/error.hpp"
#include "sim/trace_packing.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t chunk_bytes = 32 * 1024;
constexpr std::size_t block_bytes = 4 * 1024 * 1024;

std::string name_of(const Table& table) { return "/" + std::string{table.name}; }

std::string doing(std::string_view what, const Table& table) { return std::string{what} + " table " + name_of(table); }

Hdf5Handle field_type(const Hdf5File& file, const Field& field) {
    constexpr std::string_view make = "make a column type";
    const auto copy = [&](hid_t type) { return file.own(H5Tcopy(type), H5Tclose, make); };
    switch (field.type) {
        case FieldType::int32: return copy(H5T_STD_I32LE);
        case FieldType::uint32: return copy(H5T_STD_U32LE);
        case FieldType::int64: return copy(H5T_STD_I64LE);
        case FieldType::float64: return copy(H5T_IEEE_F64LE);
        case FieldType::text: break;
    }
    Hdf5Handle type = copy(H5T_C_S1);
    file.check(H5Tset_size(type.id(), field.size), make);
    file.check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), make);
    file.check(H5Tset_cset(type.id(), H5T_CSET_UTF8), make);
    return type;
}

Hdf5Handle row_type(const Hdf5File& file, const Table& table) {
    constexpr std::string_view make = "make a row type";
    Hdf5Handle type = file.own(H5Tcreate(H5T_COMPOUND, packed_size(table)), H5Tclose, make);
    std::size_t offset = 0;
    for (const Field& field : table.fields) {
        const std::string name{field.name};
        file.check(H5Tinsert(type.id(), name.c_str(), offset, field_type(file, field).id()), make);
        offset += field.size;
    }
    return type;
}

/// Rows [begin, begin + count) of the dataset as it is now.
Hdf5Handle select(const Hdf5File& file, const Table& table, hid_t dataset, hsize_t begin, hsize_t count) {
    Hdf5Handle space = file.own(H5Dget_space(dataset), H5Sclose, doing("read the extent of", table));
    file.check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &begin, nullptr, &count, nullptr),
               doing("select rows of", table));
    return space;
}

hsize_t extent(const Hdf5File& file, const Table& table, hid_t dataset) {
    const Hdf5Handle space = file.own(H5Dget_space(dataset), H5Sclose, doing("read the extent of", table));
    if (H5Sget_simple_extent_ndims(space.id()) != 1) {
        file.damaged("table " + name_of(table) + " is not a list of rows", "a dataset of one dimension");
    }
    hsize_t rows = 0;
    file.check(H5Sget_simple_extent_dims(space.id(), &rows, nullptr), doing("read the extent of", table));
    return rows;
}

Hdf5Handle open(const Hdf5File& file, const Table& table) {
    return file.own(H5Dopen2(file.id(), name_of(table).c_str(), H5P_DEFAULT), H5Dclose, doing("open", table));
}

}  // namespace

void create_table(const Hdf5File& file, const Table& table) {
    const std::string create = doing("create", table);
    const hsize_t none = 0;
    const hsize_t unlimited = H5S_UNLIMITED;
    const hsize_t chunk = std::max<std::size_t>(1, chunk_bytes / packed_size(table));
    const Hdf5Handle space = file.own(H5Screate_simple(1, &none, &unlimited), H5Sclose, create);
    const Hdf5Handle properties = file.own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, create);
    file.check(H5Pset_chunk(properties.id(), 1, &chunk), create);
    const Hdf5Handle type = row_type(file, table);
    file.close(file.own(H5Dcreate2(file.id(), name_of(table).c_str(), type.id(), space.id(), H5P_DEFAULT,
                                   properties.id(), H5P_DEFAULT),
                        H5Dclose, create),
               create);
}

std::uint64_t row_count(const Hdf5File& file, const Table& table) {
    const Hdf5Handle dataset = open(file, table);
    const Hdf5Handle found = file.own(H5Dget_type(dataset.id()), H5Tclose, doing("read the columns of", table));
    if (file.check(H5Tequal(found.id(), row_type(file, table).id()), doing("compare the columns of", table)) == 0) {
        file.damaged("table " + name_of(table) + " has other columns", "the columns of docs/trace.md");
    }
    return extent(file, table, dataset.id());
}

void append_rows(const Hdf5File& file, const Table& table, std::span<const std::byte> packed) {
    if (packed.empty()) {
        return;
    }
    const std::string write = doing("append rows to", table);
    Hdf5Handle dataset = open(file, table);
    const hsize_t before = extent(file, table, dataset.id());
    const hsize_t count = packed.size() / packed_size(table);
    const hsize_t after = before + count;
    file.check(H5Dset_extent(dataset.id(), &after), write);
    {
        const Hdf5Handle rows = select(file, table, dataset.id(), before, count);
        const Hdf5Handle memory = file.own(H5Screate_simple(1, &count, nullptr), H5Sclose, write);
        const Hdf5Handle type = row_type(file, table);
        file.check(H5Dwrite(dataset.id(), type.id(), memory.id(), rows.id(), H5P_DEFAULT, packed.data()), write);
    }
    file.check(H5Dflush(dataset.id()), write);
    file.close(std::move(dataset), write);
}

void read_packed(const Hdf5File& file, const Table& table,
                 const std::function<void(std::span<const std::byte>)>& take) {
    const std::string read = doing("read", table);
    const hsize_t rows = row_count(file, table);
    const Hdf5Handle dataset = open(file, table);
    const Hdf5Handle type = row_type(file, table);
    const std::size_t row_bytes = packed_size(table);
    const hsize_t block = std::max<std::size_t>(1, block_bytes / row_bytes);
    std::vector<std::byte> bytes(std::min(rows, block) * row_bytes);
    for (hsize_t begin = 0; begin < rows; begin += block) {
        const hsize_t count = std::min(block, rows - begin);
        const Hdf5Handle selected = select(file, table, dataset.id(), begin, count);
        const Hdf5Handle memory = file.own(H5Screate_simple(1, &count, nullptr), H5Sclose, read);
        file.check(H5Dread(dataset.id(), type.id(), memory.id(), selected.id(), H5P_DEFAULT, bytes.data()), read);
        take(std::span{bytes}.first(count * row_bytes));
    }
}

}  // namespace mlaasim::sim
