// Traces of older schemas, which lie packed beside the tests of storage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/data/byte_source.hpp"

namespace mlaasim::testing {

/// Unpacks "schema3/drift" to a file.
inline void unpack_older_trace(const std::string& name, const std::filesystem::path& file) {
    sim::ByteSource packed{std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests/sim/storage" / (name + ".h5.gz")};
    std::vector<std::uint8_t> bytes(std::size_t{1} << 22U);
    bytes.resize(packed.read(bytes));
    std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                static_cast<std::streamsize>(bytes.size()));
}

}  // namespace mlaasim::testing
