// Digests that tell whether a data cache is what was written: XXH3-128, fast enough to read all of it at every start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace mlaasim::sim {

/// Bytes of one block; damage is named by its block.
inline constexpr std::uint32_t cache_block_size = 1U << 20U;

/// XXH3 of 128 bits, in its canonical byte order. It finds damage, not forgery: that others can't write the file is
/// checked apart from it.
using CacheDigest = std::array<std::uint8_t, 16>;

[[nodiscard]] CacheDigest cache_digest(std::span<const std::uint8_t> bytes);
[[nodiscard]] CacheDigest cache_digest(std::string_view text);

struct CacheHeader;

/// What `CacheHeader::digest` has to be.
[[nodiscard]] CacheDigest header_digest(const CacheHeader& header, std::span<const CacheDigest> blocks);

/// The digest of every block of a sequence that is handed over piece by piece.
class BlockDigests {
public:
    BlockDigests();
    ~BlockDigests();
    BlockDigests(const BlockDigests&) = delete;
    BlockDigests& operator=(const BlockDigests&) = delete;

    void update(std::span<const std::uint8_t> bytes);
    /// Bytes so far.
    [[nodiscard]] std::uint64_t length() const { return length_; }
    /// Ends the last block.
    [[nodiscard]] std::vector<CacheDigest> take();

private:
    void end_block();

    struct State;
    std::unique_ptr<State> state_;
    std::uint64_t length_ = 0;
    std::vector<CacheDigest> digests_;
};

}  // namespace mlaasim::sim
