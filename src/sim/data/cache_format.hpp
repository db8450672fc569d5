// The header of a data cache file. The file: header, a digest of every block, then four sections that each start on 64
// bytes: training values, training labels, test values, test labels. Byte order is the machine's own, as the cache
// never leaves its node.
#pragma once

#include <array>
#include <cstdint>

#include "sim/data/cache_digest.hpp"

namespace mlaasim::sim {

/// Raised whenever the layout changes; part of the cache file's name.
inline constexpr std::uint32_t cache_format_version = 3;

inline constexpr std::array<char, 8> cache_magic{'m', 'l', 'a', 'a', 's', 'd', 'a', 't'};

struct CacheHeader {
    std::array<char, 8> magic = cache_magic;
    std::uint32_t version = cache_format_version;
    std::uint32_t classes = 0;
    std::uint32_t channels = 0;
    std::uint32_t height = 0;
    std::uint32_t width = 0;
    std::uint32_t train = 0;  ///< samples
    std::uint32_t test = 0;   ///< samples
    float mean = 0.0F;
    float deviation = 1.0F;
    std::uint32_t block_size = cache_block_size;
    std::array<char, 64> content{};  ///< SHA-256 in hex of shape, classes, values and labels
    CacheDigest name{};              ///< of the file's name: a renamed cache is of other data than its name says
    CacheDigest digest{};            ///< of the header with this field 0, followed by the blocks' digests
};
static_assert(sizeof(CacheHeader) == 144);

/// Offsets of the sections and the length of the file, in bytes.
struct CacheLayout {
    std::uint64_t train_values;  ///< the first block starts here
    std::uint64_t train_labels;
    std::uint64_t test_values;
    std::uint64_t test_labels;
    std::uint64_t length;
    std::uint64_t blocks;  ///< the last one may be shorter
};

[[nodiscard]] constexpr CacheLayout layout_of(const CacheHeader& header) {
    constexpr auto aligned = [](std::uint64_t offset) { return (offset + 63) / 64 * 64; };
    const std::uint64_t size = std::uint64_t{header.channels} * header.height * header.width;
    // The sections, counted from the first.
    const std::uint64_t train_labels = aligned(header.train * size);
    const std::uint64_t test_values = aligned(train_labels + header.train);
    const std::uint64_t test_labels = aligned(test_values + header.test * size);
    const std::uint64_t length = test_labels + header.test;
    const std::uint64_t blocks = (length + cache_block_size - 1) / cache_block_size;
    const std::uint64_t first = aligned(sizeof(CacheHeader) + blocks * sizeof(CacheDigest));
    return {.train_values = first,
            .train_labels = first + train_labels,
            .test_values = first + test_values,
            .test_labels = first + test_labels,
            .length = first + length,
            .blocks = blocks};
}

}  // namespace mlaasim::sim
