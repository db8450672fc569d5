// IDX, the format of MNIST and Fashion-MNIST, plain or gzipped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mlaasim::sim {

/// An IDX array of unsigned bytes.
struct IdxArray {
    std::vector<std::uint32_t> dimensions;
    std::vector<std::uint8_t> values;
};

/// Reads an IDX file (magic 0x00000803 or 0x00000801, big-endian dimensions), gunzipping it if it is gzipped whatever
/// its name. Throws InputError: not there, wrong magic, truncated, trailing bytes, damaged gzip, absurd dimensions.
[[nodiscard]] IdxArray read_idx(const std::filesystem::path& file);

}  // namespace mlaasim::sim
