// SHA-256 of bytes, for the identity of scenarios and the comparison of traces.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::sim {

/// Lower-case hexadecimal digits, two a byte.
[[nodiscard]] std::string hex_of(std::span<const std::byte> bytes);

/// Accumulates bytes; `bytes` or `hex` ends it.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text) { update(std::as_bytes(std::span{text.data(), text.size()})); }
    [[nodiscard]] std::vector<std::byte> bytes();
    [[nodiscard]] std::string hex() { return hex_of(bytes()); }

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mlaasim::sim
