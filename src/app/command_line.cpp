#include "app/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>

#include "app/commands/subcommand.hpp"
#include "app/help.hpp"
#include "run/agreement.hpp"
#include "run/setup.hpp"
#include "run/versions.hpp"
#include "sim/core/durable_files.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

/// The subcommand with this word, or none.
const Subcommand* subcommand_of(const std::vector<Subcommand>& commands, const std::string& word) {
    const auto found = std::ranges::find(commands, word, &Subcommand::word);
    return found == commands.end() ? nullptr : &*found;
}

[[noreturn]] void refuse(const std::string& word, const std::vector<Subcommand>& commands) {
    Arguments known;
    for (const Subcommand& command : commands) {
        known.push_back(command.word);
    }
    const std::string near = sim::nearest(word, known);
    throw sim::InputError({.what = "unknown command \"" + word + "\"",
                           .expected = fmt::format("one of {}", fmt::join(known, ", ")),
                           .hint = near.empty() ? "see mlaasim --help" : "did you mean " + near + "?"});
}

/// What one rank does alone: everything but a subcommand that takes all ranks.
int on_rank_zero(const std::vector<Subcommand>& commands, const std::string& word, const Arguments& rest) {
    if (is_help(word) || word == "help") {
        fmt::print("{}", general_help());
    } else if (word == "--version") {
        run::apply_instruction_set();
        fmt::print("{}", run::version_text());
    } else if (const Subcommand* const command = subcommand_of(commands, word); command == nullptr) {
        refuse(word, commands);
    } else if (std::ranges::any_of(rest, is_help)) {
        fmt::print("{}", help_of(*command));
    } else {
        return std::get<OnRankZero>(command->carry_out)(rest);
    }
    return static_cast<int>(sim::ExitCode::success);
}

/// What a command has printed may still have to be written, and redirected to a full disk it is lost.
void expect_output_written() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout.flush()) {
        const bool too_large = errno == EFBIG;
        throw sim::InputError(sim::Problem{
            .what = "standard output can't be written",
            .hint = too_large ? sim::file_size_hint() : "is there room on the disk that it is redirected to?"});
    }
}

int carry_out(const Arguments& arguments, const Launch& launch) {
    const std::vector<Subcommand> commands = subcommands();
    const std::string word = arguments.empty() ? "--help" : arguments.front();
    const Arguments rest{arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end()};
    const Subcommand* const command = subcommand_of(commands, word);
    if (command != nullptr && std::holds_alternative<OnAllRanks>(command->carry_out) &&
        std::ranges::none_of(rest, is_help)) {
        return std::get<OnAllRanks>(command->carry_out)(rest, launch);
    }
    launch.communicator.begin("mlaasim " + word);
    std::int64_t exit_code = 0;
    run::agree(launch.communicator,
               [&] { exit_code = launch.communicator.is_root() ? on_rank_zero(commands, word, rest) : 0; });
    return static_cast<int>(launch.communicator.maximum(exit_code));
}

}  // namespace

int execute(int argc, char** argv) {
    return launch(argc, argv, [&](const Launch& launch) {
        const int exit_code = carry_out({argv + 1, argv + argc}, launch);
        expect_output_written();
        return exit_code;
    });
}

}  // namespace mlaasim::app
