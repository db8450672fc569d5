#include "sim/trace_packing.hpp"

#include <bit>

#include "sim/error.hpp"

namespace mlaasim::sim {

static_assert(std::endian::native == std::endian::little, "packed rows are memory copies of little-endian numbers");

std::size_t packed_size(const Table& table) {
    std::size_t size = 0;
    for (const Field& field : table.fields) {
        size += field.size;
    }
    return size;
}

std::vector<std::byte> pack(const Table& table, std::span<const std::byte> records) {
    expects(records.size() % table.record_size == 0, "whole records are packed");
    const std::size_t rows = records.size() / table.record_size;
    std::vector<std::byte> packed(rows * packed_size(table));
    std::byte* to = packed.data();
    for (std::size_t row = 0; row < rows; ++row) {
        for (const Field& field : table.fields) {
            std::memcpy(to, records.data() + row * table.record_size + field.offset, field.size);
            to += field.size;
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
    const std::size_t rows = packed.size() / packed_size(table);
    std::vector<std::byte> records(rows * table.record_size);
    const std::byte* from = packed.data();
    for (std::size_t row = 0; row < rows; ++row) {
        for (const Field& field : table.fields) {
            std::memcpy(records.data() + row * table.record_size + field.offset, from, field.size);
            from += field.size;
        }
    }
    return records;
}

}  // namespace mlaasim::sim
