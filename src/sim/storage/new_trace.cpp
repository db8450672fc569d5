#include "sim/storage/new_trace.hpp"

#include <algorithm>
#include <string>

#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"
#include "sim/storage/checkpoint.hpp"
#include "sim/storage/header.hpp"
#include "sim/storage/table.hpp"

namespace mlaasim::sim {
namespace {

void write_empty_trace(Hdf5File& file, const TraceHeader& header) {
    write_header(file, header);
    std::ranges::for_each(all_tables(), [&](const Table* table) { create_table(file, *table); });
    create_checkpoint(file);
    store_structure_digest(file);
}

/// Runs `fill` on a new file at `path`, which is whole and on the disk afterwards, or not there at all.
template <class Fill>
void make_file(const std::filesystem::path& path, Fill fill) {
    remove_file(path);
    try {
        Hdf5File file = Hdf5File::create(path);
        fill(file);
        file.flush_and_close();
        sync_to_disk(path);
    } catch (const InputError&) {
        remove_file(path);
        throw;
    }
}

}  // namespace

void write_new_trace(const std::filesystem::path& path, const TraceHeader& header) {
    make_file(path, [&](Hdf5File& file) { write_empty_trace(file, header); });
}

ServiceRows rewrite_trace(const std::filesystem::path& from, const std::filesystem::path& to) {
    ServiceRows rows;
    make_file(to, [&](Hdf5File& file) {
        const Hdf5File source = Hdf5File::open_to_read(from);
        write_empty_trace(file, load_header(source));
        for (const Table* table : all_tables()) {
            read_packed(source, std::string{table->name},
                        [&](std::span<const std::byte> packed, std::size_t) { append_rows(file, *table, packed); });
        }
        store_timing_digest(file, stored_timing_digest(source));
        if (const auto checkpoint = load_checkpoint(source)) {
            assign_rows(rows, checkpoint->stateful);
            write_checkpoint(file, checkpoint->round, checkpoint->arrays,
                             ServiceStateViews{checkpoint->service_state.begin(), checkpoint->service_state.end()},
                             rows, stored_checkpoint_digest(source));
        }
    });
    return rows;
}

}  // namespace mlaasim::sim
