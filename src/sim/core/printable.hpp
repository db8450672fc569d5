// Text of others made fit for a terminal: control characters can't move the cursor, ring, or hide a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mlaasim::sim {

/// A character at the start of a text; of length 0 where the bytes there are no UTF-8.
struct Character {
    std::uint32_t code = 0;
    std::size_t length = 0;  ///< in bytes
};
[[nodiscard]] Character first_character(std::string_view text);

/// C0, DEL and C1.
[[nodiscard]] bool is_control(const Character& character);

[[nodiscard]] bool is_utf8(std::string_view text);

/// UTF-8 without control characters, line and paragraph separators, and marks that change the direction of writing.
[[nodiscard]] bool is_printable(std::string_view text);

/// The text with what is not printable written as escapes: \n, \x1b, \u0085; a byte that is no UTF-8 as \xff.
[[nodiscard]] std::string escaped(std::string_view text);

/// The same as one short text for a message, cut after about 60 bytes.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace mlaasim::sim
