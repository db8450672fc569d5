// Completion of the command line in bash and zsh, made from what the program declares.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// `mlaasim completion bash|zsh`: prints the script. Throws InputError for anything else.
[[nodiscard]] int completion_command(const std::vector<std::string>& arguments);

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();

}  // namespace mlaasim::app
