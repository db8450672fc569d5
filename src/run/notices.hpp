// What the program says on standard error besides errors: it goes on afterwards.
#pragma once

#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::run {

/// "mlaasim: note: ...": something was put right on the way.
void print_note(const std::string& text);

/// "mlaasim: warning: ..." a problem: the run is possible, but probably a mistake.
void print_warnings(const std::vector<sim::Problem>& warnings);

}  // namespace mlaasim::run
