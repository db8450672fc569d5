// What the program says of itself: help, and the meaning of its exit codes.
#pragma once

#include <string>
#include <vector>

#include "app/commands/subcommand.hpp"

namespace mlaasim::app {

/// What the program's exit code says.
struct ExitMeaning {
    int code;
    std::string meaning;
};

[[nodiscard]] std::vector<ExitMeaning> exit_meanings();

/// The words that call a form: "check", "trace csv".
[[nodiscard]] std::string words_of(const Subcommand& command, const Form& form);

/// The word that usage lines write for an operand: "SCENARIO.yaml", "FILE", "TABLE".
[[nodiscard]] std::string operand_word(Operand operand);

/// `mlaasim --help`: subcommands, exit codes, and the options of run, in 80 columns.
[[nodiscard]] std::string general_help();

/// `mlaasim SUBCOMMAND --help`: its usage, what it says of itself, and its options.
[[nodiscard]] std::string help_of(const Subcommand& command);

}  // namespace mlaasim::app
