// Text cut into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::app {

/// `text` cut at blanks into lines of at most `width` characters; a longer word has a line of its own. A number keeps
/// its unit, and "without" the word after it.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The text with one blank in place of the end of each line and what indents the next one.
[[nodiscard]] std::string on_one_line(std::string_view text);

/// A paragraph for a terminal: its lines of at most 80 columns, each with its end.
[[nodiscard]] std::string wrapped(const std::string& paragraph);

/// "  word  meaning" for a list in 80 columns: the meaning starts in `column` and is cut into lines below itself.
[[nodiscard]] std::string list_entry(const std::string& word, std::size_t column, std::string_view meaning);

}  // namespace mlaasim::app
