// `mlaasim completion`: the script that completes this command line in a shell.
#include "app/completion.hpp"

#include <fmt/core.h>

#include "app/commands/subcommand.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim completion bash|zsh";

int completion(const Arguments& arguments) {
    const std::string shell = arguments.size() == 1 ? arguments.front() : "";
    if (shell == "bash") {
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

}  // namespace

Subcommand completion_subcommand() {
    return {.word = "completion",
            .usage = usage,
            .about =
                "Completes subcommands, options, tables and the keys and words of --set.\n"
                "In ~/.bashrc:  source <(mlaasim completion bash)\n"
                "In zsh: write the output to a file _mlaasim in a folder of $fpath, then start zsh anew.\n",
            .forms = {{.second_word = "bash", .purpose = "completion of this command line for bash"},
                      {.second_word = "zsh", .purpose = "the same for zsh"}},
            .carry_out = OnRankZero{completion}};
}

}  // namespace mlaasim::app
