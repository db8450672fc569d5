#include "sim/data/cache_digest.hpp"

#include <xxhash.h>

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/data/cache_format.hpp"

namespace mlaasim::sim {
namespace {

CacheDigest canonical(XXH128_hash_t hash) {
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    CacheDigest digest{};
    std::copy(std::begin(bytes.digest), std::end(bytes.digest), digest.begin());
    return digest;
}

struct FreeState {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

/// XXH3 of bytes that are handed over piece by piece.
class Hash {
public:
    Hash() { restart(); }

    void restart() { expects(XXH3_128bits_reset(state_.get()) == XXH_OK, "xxHash starts"); }
    void update(std::span<const std::uint8_t> bytes) {
        expects(XXH3_128bits_update(state_.get(), bytes.data(), bytes.size()) == XXH_OK, "xxHash takes bytes");
    }
    [[nodiscard]] CacheDigest digest() const { return canonical(XXH3_128bits_digest(state_.get())); }

private:
    std::unique_ptr<XXH3_state_t, FreeState> state_{XXH3_createState()};
};

}  // namespace

struct BlockDigests::State {
    Hash block;  ///< that has begun
};

CacheDigest cache_digest(std::span<const std::uint8_t> bytes) {
    return canonical(XXH3_128bits(bytes.data(), bytes.size()));
}

CacheDigest cache_digest(std::string_view text) { return canonical(XXH3_128bits(text.data(), text.size())); }

CacheDigest header_digest(const CacheHeader& header, std::span<const CacheDigest> blocks) {
    CacheHeader without = header;
    without.digest = {};
    Hash hash;
    hash.update({reinterpret_cast<const std::uint8_t*>(&without), sizeof without});
    for (const CacheDigest& block : blocks) {
        hash.update(block);
    }
    return hash.digest();
}

BlockDigests::BlockDigests() : state_{std::make_unique<State>()} {}
BlockDigests::~BlockDigests() = default;

void BlockDigests::update(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const std::size_t room = cache_block_size - length_ % cache_block_size;
        const auto piece = bytes.first(std::min(room, bytes.size()));
        state_->block.update(piece);
        length_ += piece.size();
        bytes = bytes.subspan(piece.size());
        if (length_ % cache_block_size == 0) {
            end_block();
        }
    }
}

std::vector<CacheDigest> BlockDigests::take() {
    if (length_ % cache_block_size != 0) {
        end_block();
    }
    return std::move(digests_);
}

void BlockDigests::end_block() {
    digests_.push_back(state_->block.digest());
    state_->block.restart();
}

}  // namespace mlaasim::sim
