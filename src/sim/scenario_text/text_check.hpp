// A text before it is parsed: what it must not hold, and how its mistakes are explained.
#pragma once

#include <string>
#include <string_view>

namespace mlaasim::sim {

/// One YAML text and how messages name it.
struct OptionsSource {
    std::string_view text;
    std::string file;
    std::size_t number = 0;  ///< OptionsPlace::source of what it holds; overrides have no lines
};

/// Throws InputError unless the text is UTF-8 without control characters and YAML directives, of at most 1 MiB: the
/// YAML library would end the text there without a word, or guess another encoding.
void check_text(const OptionsSource& source);

/// The likely fix of a syntax error, by the YAML library's words for it and the line; empty when none is known.
[[nodiscard]] std::string syntax_hint(std::string_view message, std::string_view line);

}  // namespace mlaasim::sim
