// What `mlaasim check` found, for programs.
#pragma once

#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::app {

/// {"file": ..., "ok": ..., "errors": [...], "warnings": [...]}; each problem with file, line, what, expected, hint.
[[nodiscard]] std::string verdict_json(const std::string& file, const std::vector<sim::Problem>& errors,
                                       const std::vector<sim::Problem>& warnings);

}  // namespace mlaasim::app
