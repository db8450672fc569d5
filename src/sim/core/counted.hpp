// Numbers of things in messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mlaasim::sim {

/// "1 round", "2 rounds", "0 rounds": for nouns that take an s.
[[nodiscard]] inline std::string counted(std::int64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string{noun} + (count == 1 ? "" : "s");
}

}  // namespace mlaasim::sim
