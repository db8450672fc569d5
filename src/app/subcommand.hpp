// The subcommands and what each takes, declared once: help, shell completion and the manual page are made from this.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <vector>

namespace mlaasim::app {

/// What stands at one place behind a subcommand's name.
enum class Operand { scenario_file, trace_file, table };

struct Subcommand {
    std::string name;                                       ///< one word, or two as in "trace csv"
    std::vector<Operand> operands;                          ///< in their order; all of them must be given
    std::string purpose;                                    ///< without a closing full stop
    boost::program_options::options_description options{};  ///< without --help, which every subcommand has
};

/// What the program's exit code says.
struct ExitMeaning {
    int code;
    std::string meaning;
};

/// Options of check and describe; `title` heads their list.
[[nodiscard]] boost::program_options::options_description scenario_options(const std::string& title = "Options");
[[nodiscard]] boost::program_options::options_description run_options(const std::string& title = "Options");
[[nodiscard]] boost::program_options::options_description plan_options();

/// All subcommands, in the order in which help shows them.
[[nodiscard]] std::vector<Subcommand> subcommands();

/// The first word of each, once.
[[nodiscard]] std::vector<std::string> command_words();

/// The word that usage lines write for an operand: "SCENARIO.yaml", "FILE", "TABLE".
[[nodiscard]] std::string operand_word(Operand operand);

[[nodiscard]] std::vector<ExitMeaning> exit_meanings();

/// Subcommands and exit codes, as general help shows them, in 80 columns.
[[nodiscard]] std::string subcommand_help();

}  // namespace mlaasim::app
