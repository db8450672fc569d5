// `mlaasim trace info|verify|csv FILE`.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// Arguments after "trace". Returns the exit code; throws InputError.
[[nodiscard]] int trace_command(const std::vector<std::string>& arguments);

}  // namespace mlaasim::app
