// What a shell can complete: the words of the command line and of --set, as lists.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/subcommand.hpp"

namespace mlaasim::app {

/// A word and what it means; the meaning is on one line.
struct CompletionWord {
    std::string word;
    std::string meaning;
};

/// A key of the scenario by its path, list elements as number 0: "drift.0.kind".
struct ScenarioKey {
    std::string path;
    std::string meaning;
    std::vector<CompletionWord> values{};  ///< the words that it takes; empty when any number or text will do
};

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

/// Every key of a scenario, in the order of declaration.
[[nodiscard]] std::vector<ScenarioKey> scenario_keys();

/// The options of a subcommand; --help among them where its name is one word.
[[nodiscard]] std::vector<CompletionOption> completion_options(const Subcommand& command);

[[nodiscard]] Completion completion_of(Operand operand);

[[nodiscard]] std::vector<CompletionWord> table_words();

/// The first words of the command line, and the words that stand alone there (--help).
[[nodiscard]] std::vector<CompletionWord> first_words();

/// The second words after `first`: those of "trace" are info, verify, ...; empty when it has none.
[[nodiscard]] std::vector<CompletionWord> second_words(const std::string& first);

/// `text` with the place @NAME@ of every (NAME, replacement) replaced.
[[nodiscard]] std::string filled_in(std::string text, const std::vector<std::pair<std::string, std::string>>& parts);

}  // namespace mlaasim::app
