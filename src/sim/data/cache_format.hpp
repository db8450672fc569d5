// The header of a data cache file. The file: header, then four sections that each start on 64 bytes: training values,
// training labels, test values, test labels. Byte order is the machine's own, as the cache never leaves its node.
#pragma once

#include <array>
#include <cstdint>

namespace mlaasim::sim {

/// Raised whenever the layout changes; part of the cache file's name.
inline constexpr std::uint32_t cache_format_version = 2;

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
    std::uint32_t checksum = 0;      ///< CRC-32 of the header with this field 0
    std::array<char, 64> content{};  ///< SHA-256 in hex of shape, classes, values and labels
};
static_assert(sizeof(CacheHeader) == 112);

/// What `checksum` has to be.
[[nodiscard]] std::uint32_t checksum_of(CacheHeader header);

/// Offsets of the sections and the length of the file, in bytes.
struct CacheLayout {
    std::uint64_t train_values;
    std::uint64_t train_labels;
    std::uint64_t test_values;
    std::uint64_t test_labels;
    std::uint64_t length;
};

[[nodiscard]] constexpr CacheLayout layout_of(const CacheHeader& header) {
    constexpr auto aligned = [](std::uint64_t offset) { return (offset + 63) / 64 * 64; };
    const std::uint64_t size = std::uint64_t{header.channels} * header.height * header.width;
    CacheLayout layout{};
    layout.train_values = aligned(sizeof(CacheHeader));
    layout.train_labels = aligned(layout.train_values + header.train * size);
    layout.test_values = aligned(layout.train_labels + header.train);
    layout.test_labels = aligned(layout.test_values + header.test * size);
    layout.length = layout.test_labels + header.test;
    return layout;
}

}  // namespace mlaasim::sim
