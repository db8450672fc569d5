// Records without their padding: the form in which rows are stored, compared and hashed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/trace/schema.hpp"

namespace mlaasim::sim {

/// Bytes of one packed row: the fields in order, little-endian, nothing between them.
[[nodiscard]] std::size_t packed_size(const Table& table);

/// Records as they lie in memory to packed rows.
[[nodiscard]] std::vector<std::byte> pack(const Table& table, std::span<const std::byte> records);

/// The round of the first packed row: every table starts with the column `round`.
[[nodiscard]] std::uint32_t packed_round(std::span<const std::byte> packed);

/// Packed rows to records whose padding is zero.
[[nodiscard]] std::vector<std::byte> unpack(const Table& table, std::span<const std::byte> packed);

}  // namespace mlaasim::sim
