#include "sim/core/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace mlaasim::sim {

std::string base64_of(std::span<const std::byte> bytes) {
    // OpenSSL counts in int. Blocks of whole groups of three bytes can be put one behind the other.
    constexpr std::size_t block = std::size_t{3} << 20U;
    std::string text;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(block, bytes.size()))) {
        const std::span<const std::byte> part = bytes.first(std::min(block, bytes.size()));
        // It writes four characters a group, and a zero behind them.
        std::string encoded(4 * ((part.size() + 2) / 3) + 1, '\0');
        const int length =
            EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                            reinterpret_cast<const unsigned char*>(part.data()), static_cast<int>(part.size()));
        text.append(encoded, 0, static_cast<std::size_t>(length));
    }
    return text;
}

}  // namespace mlaasim::sim
