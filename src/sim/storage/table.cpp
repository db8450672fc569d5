#include "sim/storage/table.hpp"

#include <hdf5.h>

#include <algorithm>
#include <array>
#include <optional>

#include "sim/storage/digest_attribute.hpp"
#include "sim/trace/digests.hpp"
#include "sim/trace/packing.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t chunk_bytes = 32 * 1024;
constexpr std::size_t block_bytes = 4 * 1024 * 1024;

using Columns = std::vector<StoredColumn>;

std::string path_of(const std::string& table) { return "/" + table; }

std::string doing(std::string_view what, const std::string& table) {
    return std::string{what} + " table " + path_of(table);
}

Columns columns_of(const Table& table) {
    Columns columns;
    for (const Field& field : table.fields) {
        columns.push_back({std::string{field.name}, field.type, field.size});
    }
    return columns;
}

std::size_t row_size(const Columns& columns) {
    std::size_t size = 0;
    for (const StoredColumn& column : columns) {
        size += column.size;
    }
    return size;
}

Hdf5Handle text_type(const Hdf5File& file, std::size_t size) {
    constexpr std::string_view make = "make a column type";
    Hdf5Handle type = file.own(H5Tcopy(H5T_C_S1), H5Tclose, make);
    file.check(H5Tset_size(type.id(), size), make);
    file.check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), make);
    file.check(H5Tset_cset(type.id(), H5T_CSET_UTF8), make);
    return type;
}

Hdf5Handle column_type(const Hdf5File& file, FieldType type, std::size_t size) {
    const auto copy = [&](hid_t id) { return file.own(H5Tcopy(id), H5Tclose, "make a column type"); };
    switch (type) {
        case FieldType::int32: return copy(H5T_STD_I32LE);
        case FieldType::uint32: return copy(H5T_STD_U32LE);
        case FieldType::int64: return copy(H5T_STD_I64LE);
        case FieldType::float64: return copy(H5T_IEEE_F64LE);
        case FieldType::text: break;
    }
    return text_type(file, size);
}

Hdf5Handle row_type(const Hdf5File& file, const Columns& columns) {
    constexpr std::string_view make = "make a row type";
    Hdf5Handle type = file.own(H5Tcreate(H5T_COMPOUND, row_size(columns)), H5Tclose, make);
    std::size_t offset = 0;
    for (const StoredColumn& column : columns) {
        const Hdf5Handle member = column_type(file, column.type, column.size);
        file.check(H5Tinsert(type.id(), column.name.c_str(), offset, member.id()), make);
        offset += column.size;
    }
    return type;
}

/// The type of a column as stored, when it is one that tables have.
std::optional<FieldType> field_type(const Hdf5File& file, hid_t type) {
    constexpr std::array all{FieldType::int32, FieldType::uint32, FieldType::int64, FieldType::float64,
                             FieldType::text};
    const auto found = std::ranges::find_if(all, [&](FieldType candidate) {
        const std::size_t size = H5Tget_size(type);
        return size > 0 && H5Tequal(type, column_type(file, candidate, size).id()) > 0;
    });
    return found == all.end() ? std::nullopt : std::optional{*found};
}

/// Rows [begin, begin + count) of the dataset as it is now.
Hdf5Handle select(const Hdf5File& file, const std::string& table, hid_t dataset, hsize_t begin, hsize_t count) {
    Hdf5Handle space = file.own(H5Dget_space(dataset), H5Sclose, doing("read the extent of", table));
    file.check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &begin, nullptr, &count, nullptr),
               doing("select rows of", table));
    return space;
}

hsize_t extent(const Hdf5File& file, const std::string& table, hid_t dataset) {
    const Hdf5Handle space = file.own(H5Dget_space(dataset), H5Sclose, doing("read the extent of", table));
    if (H5Sget_simple_extent_ndims(space.id()) != 1) {
        file.damaged("table " + path_of(table) + " is not a list of rows", "a dataset of one dimension");
    }
    hsize_t rows = 0;
    file.check(H5Sget_simple_extent_dims(space.id(), &rows, nullptr), doing("read the extent of", table));
    return rows;
}

Hdf5Handle open(const Hdf5File& file, const std::string& table) {
    return file.own(H5Dopen2(file.id(), path_of(table).c_str(), H5P_DEFAULT), H5Dclose, doing("open", table));
}

Columns columns_of(const Hdf5File& file, const std::string& table, hid_t dataset) {
    const std::string read = doing("read the columns of", table);
    const Hdf5Handle type = file.own(H5Dget_type(dataset), H5Tclose, read);
    Columns columns;
    bool known = H5Tget_class(type.id()) == H5T_COMPOUND;
    const int count = known ? H5Tget_nmembers(type.id()) : 0;
    for (int i = 0; known && i < count; ++i) {
        const auto member = static_cast<unsigned>(i);
        const Hdf5Handle stored = file.own(H5Tget_member_type(type.id(), member), H5Tclose, read);
        const std::optional<FieldType> type_of = field_type(file, stored.id());
        known = type_of.has_value() && H5Tget_member_offset(type.id(), member) == row_size(columns);
        if (known) {
            char* const name = H5Tget_member_name(type.id(), member);
            file.check(name == nullptr ? -1 : 0, read);
            columns.push_back({name, *type_of, H5Tget_size(stored.id())});
            file.check(H5free_memory(name), read);
        }
    }
    if (!known || count == 0 || H5Tget_size(type.id()) != row_size(columns)) {
        file.damaged("table " + path_of(table) + " has columns of unknown types",
                     "packed columns of int32, uint32, int64, float64 and texts");
    }
    return columns;
}

}  // namespace

void create_table(const Hdf5File& file, const Table& table) {
    const std::string name{table.name};
    const std::string create = doing("create", name);
    const hsize_t none = 0;
    const hsize_t unlimited = H5S_UNLIMITED;
    const hsize_t chunk = std::max<std::size_t>(1, chunk_bytes / packed_size(table));
    const Hdf5Handle space = file.own(H5Screate_simple(1, &none, &unlimited), H5Sclose, create);
    const Hdf5Handle properties = file.own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, create);
    file.check(H5Pset_chunk(properties.id(), 1, &chunk), create);
    file.check(H5Pset_fletcher32(properties.id()), create);
    const Hdf5Handle type = row_type(file, columns_of(table));
    Hdf5Handle dataset = file.own(
        H5Dcreate2(file.id(), path_of(name).c_str(), type.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
        H5Dclose, create);
    if (&table == &TimingRecord::table()) {
        create_digest(file, dataset.id(), "digest", RowChain{}.hex());
    }
    file.close(std::move(dataset), create);
}

std::vector<std::string> stored_tables(const Hdf5File& file) {
    constexpr std::string_view list = "list the tables";
    std::vector<std::string> others;
    const auto take = [](hid_t root, const char* name, const H5L_info_t*, void* data) -> herr_t {
        const hid_t object = H5Oopen(root, name, H5P_DEFAULT);
        if (object < 0) {
            return -1;
        }
        if (H5Iget_type(object) == H5I_DATASET) {
            static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        }
        return H5Oclose(object);
    };
    file.check(H5Literate(file.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, take, &others), list);
    std::vector<std::string> names;
    for (const Table* table : all_tables()) {
        if (const auto found = std::ranges::find(others, table->name); found != others.end()) {
            names.push_back(*found);
            others.erase(found);
        }
    }
    names.insert(names.end(), others.begin(), others.end());
    return names;
}

std::vector<StoredColumn> stored_columns(const Hdf5File& file, const std::string& table) {
    return columns_of(file, table, open(file, table).id());
}

void expect_columns(const Hdf5File& file, const Table& table) {
    const std::string name{table.name};
    const Hdf5Handle stored =
        file.own(H5Dget_type(open(file, name).id()), H5Tclose, doing("read the columns of", name));
    const Hdf5Handle expected = row_type(file, columns_of(table));
    if (file.check(H5Tequal(stored.id(), expected.id()), doing("compare the columns of", name)) == 0) {
        file.damaged("table " + path_of(name) + " has other columns", "the columns of docs/trace.md");
    }
}

std::uint64_t row_count(const Hdf5File& file, const std::string& table) {
    return extent(file, table, open(file, table).id());
}

void append_rows(const Hdf5File& file, const Table& table, std::span<const std::byte> packed) {
    if (packed.empty()) {
        return;
    }
    const std::string name{table.name};
    const std::string write = doing("append rows to", name);
    Hdf5Handle dataset = open(file, name);
    const hsize_t before = extent(file, name, dataset.id());
    const hsize_t count = packed.size() / packed_size(table);
    const hsize_t after = before + count;
    file.check(H5Dset_extent(dataset.id(), &after), write);
    {
        const Hdf5Handle rows = select(file, name, dataset.id(), before, count);
        const Hdf5Handle memory = file.own(H5Screate_simple(1, &count, nullptr), H5Sclose, write);
        const Hdf5Handle type = file.own(H5Dget_type(dataset.id()), H5Tclose, write);
        file.check(H5Dwrite(dataset.id(), type.id(), memory.id(), rows.id(), H5P_DEFAULT, packed.data()), write);
    }
    file.check(H5Dflush(dataset.id()), write);
    file.close(std::move(dataset), write);
}

void read_packed(const Hdf5File& file, const std::string& table,
                 const std::function<void(std::span<const std::byte>, std::size_t)>& take) {
    const std::string read = doing("read", table);
    const Hdf5Handle dataset = open(file, table);
    const Columns columns = columns_of(file, table, dataset.id());
    const hsize_t rows = extent(file, table, dataset.id());
    const Hdf5Handle type = row_type(file, columns);
    const std::size_t row_bytes = row_size(columns);
    // Every row lies in a chunk that exists; a damaged number of rows must not be waited for.
    if (rows > H5Dget_storage_size(dataset.id()) / row_bytes) {
        file.damaged("table " + path_of(table) + " claims " + std::to_string(rows) + " rows", "as many as are stored");
    }
    const hsize_t block = std::max<std::size_t>(1, block_bytes / row_bytes);
    std::vector<std::byte> bytes(std::min(rows, block) * row_bytes);
    for (hsize_t begin = 0; begin < rows; begin += block) {
        const hsize_t count = std::min(block, rows - begin);
        const Hdf5Handle selected = select(file, table, dataset.id(), begin, count);
        const Hdf5Handle memory = file.own(H5Screate_simple(1, &count, nullptr), H5Sclose, read);
        file.check(H5Dread(dataset.id(), type.id(), memory.id(), selected.id(), H5P_DEFAULT, bytes.data()), read);
        take(std::span{bytes}.first(count * row_bytes), row_bytes);
    }
}

std::string stored_timing_digest(const Hdf5File& file) {
    return read_digest(file, open(file, std::string{TimingRecord::table().name}).id(), "digest");
}

void store_timing_digest(const Hdf5File& file, const std::string& digest) {
    Hdf5Handle dataset = open(file, std::string{TimingRecord::table().name});
    write_digest(file, dataset.id(), "digest", digest);
    file.close(std::move(dataset), "write the digest of table /timing");
}

}  // namespace mlaasim::sim
