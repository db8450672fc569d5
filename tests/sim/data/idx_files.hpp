// Builds IDX files for tests.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "sim/data/temporary_folder.hpp"

namespace mlaasim::sim::testing {

/// The bytes of an IDX array of unsigned bytes with these dimensions.
inline Bytes idx_bytes(const std::vector<std::uint32_t>& dimensions, const Bytes& values) {
    Bytes bytes{0, 0, 8, static_cast<std::uint8_t>(dimensions.size())};
    for (const std::uint32_t dimension : dimensions) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes.push_back(static_cast<std::uint8_t>(dimension >> shift));
        }
    }
    bytes.insert(bytes.end(), values.begin(), values.end());
    return bytes;
}

inline Bytes gzipped(Bytes bytes) {
    z_stream deflater{};
    deflateInit2(&deflater, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    Bytes out(deflateBound(&deflater, bytes.size()) + 32);
    deflater.next_in = bytes.data();
    deflater.avail_in = static_cast<uInt>(bytes.size());
    deflater.next_out = out.data();
    deflater.avail_out = static_cast<uInt>(out.size());
    deflate(&deflater, Z_FINISH);
    out.resize(deflater.total_out);
    deflateEnd(&deflater);
    return out;
}

/// `count` images of 2 x 3 pixels: image i holds i, i + 1, ..., i + 5 and has label i mod 10.
inline void write_idx_pair(const std::filesystem::path& folder, const std::string& prefix, std::uint32_t count,
                           bool gzip = false) {
    Bytes images;
    Bytes labels;
    for (std::uint32_t i = 0; i < count; ++i) {
        for (std::uint32_t k = 0; k < 6; ++k) {
            images.push_back(static_cast<std::uint8_t>(i + k));
        }
        labels.push_back(static_cast<std::uint8_t>(i % 10));
    }
    const std::string suffix = gzip ? ".gz" : "";
    const Bytes image_file = idx_bytes({count, 2, 3}, images);
    const Bytes label_file = idx_bytes({count}, labels);
    write_bytes(folder / (prefix + "-images-idx3-ubyte" + suffix), gzip ? gzipped(image_file) : image_file);
    write_bytes(folder / (prefix + "-labels-idx1-ubyte" + suffix), gzip ? gzipped(label_file) : label_file);
}

}  // namespace mlaasim::sim::testing
