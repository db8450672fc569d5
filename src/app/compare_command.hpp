// `mlaasim compare WITH WITHOUT`: did adaptation help, and what did it cost?
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// Arguments after "compare". Returns the exit code; throws InputError.
[[nodiscard]] int compare_command(const std::vector<std::string>& arguments);

}  // namespace mlaasim::app
