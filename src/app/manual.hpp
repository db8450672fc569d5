// The manual page, made from what the program declares.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// `mlaasim manual`: prints the page in mdoc(7), as man and mandoc read it. Throws InputError for any argument.
[[nodiscard]] int manual_command(const std::vector<std::string>& arguments);

[[nodiscard]] std::string manual_page();

}  // namespace mlaasim::app
