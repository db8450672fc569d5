// Base64 (RFC 4648), for pictures and digests inside of HTML.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace mlaasim::sim {

/// With padding, on one line.
[[nodiscard]] std::string base64_of(std::span<const std::byte> bytes);

}  // namespace mlaasim::sim
