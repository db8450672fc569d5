#include "sim/trace/packing.hpp"

#include <bit>
#include <cstring>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

static_assert(std::endian::native == std::endian::little, "packed rows are memory copies of little-endian numbers");

namespace {

/// Fields of a record with no padding between them, copied in one go.
struct Run {
    std::size_t offset;
    std::size_t size;
};

std::vector<Run> runs_of(const Table& table) {
    std::vector<Run> runs;
    for (const Field& field : table.fields) {
        if (!runs.empty() && runs.back().offset + runs.back().size == field.offset) {
            runs.back().size += field.size;
        } else {
            runs.push_back({field.offset, field.size});
        }
    }
    return runs;
}

}  // namespace

std::size_t packed_size(const Table& table) {
    std::size_t size = 0;
    for (const Field& field : table.fields) {
        size += field.size;
    }
    return size;
}

std::vector<std::byte> pack(const Table& table, std::span<const std::byte> records) {
    expects(records.size() % table.record_size == 0, "whole records are packed");
    const std::vector<Run> runs = runs_of(table);
    std::vector<std::byte> packed(records.size() / table.record_size * packed_size(table));
    std::byte* to = packed.data();
    for (std::size_t begin = 0; begin < records.size(); begin += table.record_size) {
        for (const Run& run : runs) {
            std::memcpy(to, records.data() + begin + run.offset, run.size);
            to += run.size;
        }
    }
    return packed;
}

std::uint32_t packed_round(std::span<const std::byte> packed) {
    std::uint32_t round = 0;
    expects(packed.size() >= sizeof round, "a packed row begins with its round");
    std::memcpy(&round, packed.data(), sizeof round);
    return round;
}

std::vector<std::byte> unpack(const Table& table, std::span<const std::byte> packed) {
    expects(packed.size() % packed_size(table) == 0, "whole rows are unpacked");
    const std::vector<Run> runs = runs_of(table);
    std::vector<std::byte> records(packed.size() / packed_size(table) * table.record_size);
    const std::byte* from = packed.data();
    for (std::size_t begin = 0; begin < records.size(); begin += table.record_size) {
        for (const Run& run : runs) {
            std::memcpy(records.data() + begin + run.offset, from, run.size);
            from += run.size;
        }
    }
    return records;
}

}  // namespace mlaasim::sim
