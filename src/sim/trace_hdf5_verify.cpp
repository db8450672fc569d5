#include <algorithm>

#include "sim/error.hpp"
#include "sim/hdf5_checkpoint.hpp"
#include "sim/hdf5_header.hpp"
#include "sim/hdf5_table.hpp"
#include "sim/trace_hdf5.hpp"
#include "sim/trace_packing.hpp"

namespace mlaasim::sim {
namespace {

/// Every table starts with the column `round`, so a packed row does, too.
std::uint32_t round_of(std::span<const std::byte> packed, std::size_t offset) {
    std::uint32_t round = 0;
    std::memcpy(&round, packed.data() + offset, sizeof round);
    return round;
}

void verify_rounds(const Hdf5File& file, const Table& table, std::int64_t last_complete) {
    std::uint64_t row = 0;
    std::uint32_t previous = 0;
    read_packed(file, table, [&](std::span<const std::byte> rows) {
        for (std::size_t offset = 0; offset < rows.size(); offset += packed_size(table), ++row) {
            const std::uint32_t round = round_of(rows, offset);
            const std::string where = "row " + std::to_string(row) + " of table /" + std::string{table.name};
            if (round < previous) {
                file.damaged(where + " is of round " + std::to_string(round) + ", after one of round " +
                                 std::to_string(previous),
                             "rounds in order");
            }
            if (round > last_complete) {
                file.damaged(where + " is of round " + std::to_string(round) + ", beyond the checkpoint's round " +
                                 std::to_string(last_complete),
                             "no row of a round that is not complete");
            }
            previous = round;
        }
    });
}

}  // namespace

void verify(const std::filesystem::path& path) {
    const Hdf5File file = Hdf5File::open_to_read(path);
    static_cast<void>(load_header(file));
    const auto checkpoint = load_checkpoint(file);
    for (const Table* table : all_tables()) {
        verify_rounds(file, *table, checkpoint ? std::int64_t{checkpoint->round.value()} : no_round);
    }
}

}  // namespace mlaasim::sim
