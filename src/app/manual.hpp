// The manual page, made from what the program declares.
#pragma once

#include <string>

namespace mlaasim::app {

/// The page in mdoc(7), as man and mandoc read it.
[[nodiscard]] std::string manual_page();

}  // namespace mlaasim::app
