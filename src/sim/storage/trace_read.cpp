#include "sim/core/sha256.hpp"
#include "sim/storage/checkpoint.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/table.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace/digests.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::sim {
namespace {

/// A file of this schema, or InputError.
Hdf5File open_trace(const std::filesystem::path& path) {
    Hdf5File file = Hdf5File::open_to_read(path);
    static_cast<void>(load_header(file));
    return file;
}

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
    const Hdf5File file = open_trace(path);
    expect_columns(file, table);
    std::vector<std::byte> records;
    read_packed(file, std::string{table.name}, [&](std::span<const std::byte> rows, std::size_t) {
        const auto block = unpack(table, rows);
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
