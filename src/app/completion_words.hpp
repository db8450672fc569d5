// What a shell can complete of the command line, as lists.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/commands/subcommand.hpp"
#include "app/scenario_keys.hpp"

namespace mlaasim::app {

/// What follows an option or stands as an operand.
enum class Completion { nothing, scenario_file, trace_file, folder, table, assignment };

/// An option of a subcommand.
struct CompletionOption {
    std::string word;  ///< with its dashes
    std::string meaning;
    std::string value_name;  ///< empty when it takes no value
    Completion value = Completion::nothing;
    bool repeats = false;
};

/// The options that a form declares.
[[nodiscard]] std::vector<CompletionOption> declared_options(const Form& form);
/// The same, and --help where the form has no second word.
[[nodiscard]] std::vector<CompletionOption> completion_options(const Form& form);

[[nodiscard]] Completion completion_of(Operand operand);

[[nodiscard]] std::vector<DescribedWord> table_words();

/// The first words of the command line, and the words that stand alone there (--help).
[[nodiscard]] std::vector<DescribedWord> first_words();

/// The second words of a subcommand: those of "trace" are info, verify, ...; empty when it has none.
[[nodiscard]] std::vector<DescribedWord> second_words(const Subcommand& command);

/// `text` with the place @NAME@ of every (NAME, replacement) replaced.
[[nodiscard]] std::string filled_in(std::string text, const std::vector<std::pair<std::string, std::string>>& parts);

}  // namespace mlaasim::app
