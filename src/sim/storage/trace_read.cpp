#include <algorithm>

#include "sim/core/sha256.hpp"
#include "sim/storage/checkpoint.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/table.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace/digests.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::sim {
namespace {

/// A file of a schema that is read, or InputError.
Hdf5File open_trace(const std::filesystem::path& path) {
    Hdf5File file = Hdf5File::open_to_read(path);
    static_cast<void>(load_header(file));
    return file;
}

/// Picks the columns of a table out of stored rows: those of an older schema may have more, and lack some, which then
/// have the values of a new record.
class ColumnPicker {
public:
    ColumnPicker(const Hdf5File& file, const Table& table) {
        const std::vector<StoredColumn> stored = stored_columns(file, std::string{table.name});
        for (const Field& field : table.fields) {
            std::size_t offset = 0;
            const auto found = std::ranges::find_if(stored, [&](const StoredColumn& column) {
                const bool same = column.name == field.name && column.type == field.type && column.size == field.size;
                offset += same ? 0 : column.size;
                return same;
            });
            if (found == stored.end() && load_header(file).schema_version < trace_schema_version) {
                const auto* const blank = static_cast<const std::byte*>(table.blank);
                parts_.push_back({.size = field.size, .value = blank + field.offset});
                continue;
            }
            if (found == stored.end()) {
                file.damaged("table /" + std::string{table.name} + " has no column " + std::string{field.name},
                             "the columns of docs/trace.md");
            }
            parts_.push_back({.offset = offset, .size = field.size});
        }
    }

    /// Packed rows of the table.
    [[nodiscard]] std::vector<std::byte> pick(std::span<const std::byte> rows, std::size_t row_size) const {
        std::vector<std::byte> picked;
        for (; !rows.empty(); rows = rows.subspan(row_size)) {
            for (const Part& part : parts_) {
                const std::span<const std::byte> value =
                    part.value == nullptr ? rows.subspan(part.offset, part.size) : std::span{part.value, part.size};
                picked.insert(picked.end(), value.begin(), value.end());
            }
        }
        return picked;
    }

private:
    struct Part {
        std::size_t offset = 0;  ///< in a stored row
        std::size_t size = 0;
        const std::byte* value = nullptr;  ///< of every row, where none is stored
    };
    std::vector<Part> parts_;
};

std::string digest_of(const Hdf5File& file, const std::string& table) {
    Sha256 sum;
    read_packed(file, table, [&](std::span<const std::byte> rows, std::size_t) { sum.update(rows); });
    return sum.hex();
}

}  // namespace

TraceHeader read_header(const std::filesystem::path& file) { return load_header(Hdf5File::open_to_read(file)); }

std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& file) {
    return load_checkpoint(open_trace(file));
}

std::vector<std::byte> read_rows(const std::filesystem::path& path, const Table& table) {
    const Hdf5File file = Hdf5File::open_to_read(path);
    if (load_header(file).schema_version == trace_schema_version) {
        expect_columns(file, table);
    }
    const ColumnPicker columns{file, table};
    std::vector<std::byte> records;
    read_packed(file, std::string{table.name}, [&](std::span<const std::byte> rows, std::size_t row_size) {
        const auto block = unpack(table, columns.pick(rows, row_size));
        records.insert(records.end(), block.begin(), block.end());
    });
    return records;
}

std::vector<StoredTable> tables_of(const std::filesystem::path& path) {
    const Hdf5File file = open_trace(path);
    std::vector<StoredTable> tables;
    for (const std::string& name : stored_tables(file)) {
        tables.push_back({name, row_count(file, name)});
    }
    return tables;
}

std::vector<std::pair<std::string, std::string>> digests(const std::filesystem::path& path) {
    const Hdf5File file = open_trace(path);
    std::vector<std::pair<std::string, std::string>> result;
    Sha256 all;
    const auto add = [&](std::string_view name, const std::string& digest, bool reproducible) {
        result.emplace_back(name, digest);
        if (reproducible) {
            all.update(std::string{name} + " " + digest + "\n");
        }
    };
    for (const std::string& table : stored_tables(file)) {
        add(table, digest_of(file, table), table != TimingRecord::table().name);
    }
    add("checkpoint", checkpoint_digest(load_checkpoint(file)), true);
    add("all", all.hex(), false);
    return result;
}

}  // namespace mlaasim::sim
