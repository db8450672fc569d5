// Text cut into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::app {

/// `text` cut at blanks into lines of at most `width` characters; a longer word has a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace mlaasim::app
