#include "sim/hdf5_checkpoint.hpp"
#include "sim/hdf5_header.hpp"
#include "sim/hdf5_table.hpp"
#include "sim/sha256.hpp"
#include "sim/trace_hdf5.hpp"
#include "sim/trace_packing.hpp"

namespace mlaasim::sim {
namespace {

/// A file of this schema, or InputError.
Hdf5File open_trace(const std::filesystem::path& path) {
    Hdf5File file = Hdf5File::open_to_read(path);
    static_cast<void>(load_header(file));
    return file;
}

std::string digest_of(const Hdf5File& file, const Table& table) {
    Sha256 sum;
    read_packed(file, table, [&](std::span<const std::byte> rows) { sum.update(rows); });
    return sum.hex();
}

std::string digest_of(const std::optional<Checkpoint>& checkpoint) {
    Sha256 sum;
    if (!checkpoint) {
        return sum.hex();
    }
    sum.update("round " + std::to_string(checkpoint->round.value()) + "\n");
    for (const auto& [name, array] : checkpoint->arrays) {
        sum.update("array " + name + " " + std::to_string(static_cast<int>(array.type)));
        for (const std::uint64_t extent : array.shape) {
            sum.update(" " + std::to_string(extent));
        }
        sum.update("\n");
        sum.update(array.bytes);
    }
    for (const auto& [service, state] : checkpoint->service_state) {
        sum.update("service " + std::to_string(service.value()) + " " + std::to_string(state.size()) + "\n");
        sum.update(std::as_bytes(std::span{state}));
    }
    return sum.hex();
}

}  // namespace

TraceHeader read_header(const std::filesystem::path& file) { return load_header(Hdf5File::open_to_read(file)); }

std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& file) {
    return load_checkpoint(open_trace(file));
}

std::vector<std::byte> read_rows(const std::filesystem::path& file, const Table& table) {
    std::vector<std::byte> records;
    read_packed(open_trace(file), table, [&](std::span<const std::byte> rows) {
        const auto block = unpack(table, rows);
        records.insert(records.end(), block.begin(), block.end());
    });
    return records;
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
    for (const Table* table : all_tables()) {
        add(table->name, digest_of(file, *table), table != &TimingRecord::table());
    }
    add("checkpoint", digest_of(load_checkpoint(file)), true);
    add("all", all.hex(), false);
    return result;
}

}  // namespace mlaasim::sim
