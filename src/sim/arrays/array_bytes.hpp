// The bytes of an array's file, or of an archive's entry, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sim/arrays/array_reader.hpp"

namespace mlaasim::sim {

class ArrayReader::Bytes {
public:
    virtual ~Bytes() = default;

    /// Fills `out` as far as there are bytes and returns how many there were. Throws InputError when reading fails, or
    /// when an entry is not what its checksum says.
    [[nodiscard]] virtual std::size_t read(std::span<std::uint8_t> out) = 0;
};

/// Throws InputError when the file or the entry can't be opened.
[[nodiscard]] std::unique_ptr<ArrayReader::Bytes> open_array(const ArrayPlace& place);

}  // namespace mlaasim::sim
