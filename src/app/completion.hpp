// Completion of the command line in bash and zsh, made from what the program declares.
#pragma once

#include <string>

namespace mlaasim::app {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();

}  // namespace mlaasim::app
