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

/// A paragraph for a terminal: its lines of at most 80 columns, each with its end.
[[nodiscard]] std::string wrapped(const std::string& paragraph);

}  // namespace mlaasim::app
