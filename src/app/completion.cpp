#include "app/completion.hpp"

#include <fmt/core.h>

#include "sim/core/error.hpp"

namespace mlaasim::app {

int completion_command(const std::vector<std::string>& arguments) {
    const std::string usage = "mlaasim completion bash|zsh";
    const std::string shell = arguments.size() == 1 ? arguments.front() : "";
    if (shell == "--help" || shell == "-h") {
        fmt::print(
            "usage: {}\n\n"
            "Completes subcommands, options, tables and the keys and words of --set.\n"
            "In ~/.bashrc:  source <(mlaasim completion bash)\n"
            "In zsh: write the output to a file _mlaasim in a folder of $fpath, then start zsh anew.\n",
            usage);
    } else if (shell == "bash") {
        fmt::print("{}", bash_completion());
    } else if (shell == "zsh") {
        fmt::print("{}", zsh_completion());
    } else {
        throw sim::InputError({.what = arguments.empty() ? "completion needs the name of a shell"
                                                         : "completion does not know \"" + arguments.back() + "\"",
                               .expected = usage});
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace mlaasim::app
