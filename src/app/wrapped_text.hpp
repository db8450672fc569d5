// Paragraphs on a terminal.
#pragma once

#include <string>

namespace mlaasim::app {

/// A paragraph in lines of at most 80 columns, as far as its words allow. A number keeps its unit, "without" the word
/// after it.
[[nodiscard]] std::string wrapped(const std::string& paragraph);

}  // namespace mlaasim::app
