#include "app/subcommand.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

constexpr std::size_t line_length = 80;

boost::program_options::options_description schema_options() {
    boost::program_options::options_description options{"Options"};
    options.add_options()("markdown", "the reference page docs/scenario.md instead");
    return options;
}

/// Appends "left  right", the right side wrapped below itself.
void add_entry(std::string& text, const std::string& left, std::size_t column, const std::string& right) {
    std::string margin = fmt::format("  {:<{}}", left, column - 2);
    for (const std::string& line : wrapped(right, line_length - column)) {
        text += fmt::format("{}{}\n", margin, line);
        margin.assign(column, ' ');
    }
}

std::string synopsis(const Subcommand& command) {
    std::string text = command.name;
    for (const Operand operand : command.operands) {
        text += " " + operand_word(operand);
    }
    return text;
}

}  // namespace

std::vector<Subcommand> subcommands() {
    return {
        {"run", {Operand::scenario_file}, "simulate on one rank; under mpirun on several", run_options()},
        {"check", {Operand::scenario_file}, "validate only", scenario_options()},
        {"describe",
         {Operand::scenario_file},
         "the resolved scenario, every default written out; and which engine trains its model, and why",
         scenario_options()},
        {"plan", {Operand::scenario_file}, "predicted time, memory and bytes per rank and round", plan_options()},
        {"compare",
         {Operand::trace_file, Operand::trace_file},
         "did adaptation help, and what did it cost? A trace with and one without, of one scenario"},
        {"schema", {}, "JSON Schema of scenarios, for editors; with --markdown the reference page", schema_options()},
        {"trace info", {Operand::trace_file}, "what a trace holds"},
        {"trace verify", {Operand::trace_file}, "whether a trace is whole, and its digests"},
        {"trace csv", {Operand::trace_file, Operand::table}, "one table as CSV"},
        {"trace schema", {}, "every table and column of a trace: docs/trace.md"},
        {"completion bash", {}, "completion of this command line for bash"},
        {"completion zsh", {}, "the same for zsh"},
        {"manual", {}, "the manual page, for man"},
    };
}

std::vector<std::string> command_words() {
    std::vector<std::string> words;
    for (const Subcommand& command : subcommands()) {
        const std::string word = command.name.substr(0, command.name.find(' '));
        if (std::ranges::find(words, word) == words.end()) {
            words.push_back(word);
        }
    }
    return words;
}

std::string operand_word(Operand operand) {
    switch (operand) {
        case Operand::scenario_file: return "SCENARIO.yaml";
        case Operand::trace_file: return "FILE";
        case Operand::table: return "TABLE";
    }
    throw sim::ContractViolation("operand", "every operand has a word", std::source_location::current());
}

std::vector<ExitMeaning> exit_meanings() {
    const auto code = [](sim::ExitCode named) { return static_cast<int>(named); };
    return {{code(sim::ExitCode::success), "done"},
            {code(sim::ExitCode::bug), "a bug of the program"},
            {code(sim::ExitCode::input), "bad input or environment: the message says what to mend"},
            {code(sim::ExitCode::stopped_by_signal), "stopped by a signal after a commit; continue with --resume"}};
}

std::string subcommand_help() {
    std::string text;
    for (const Subcommand& command : subcommands()) {
        add_entry(text, synopsis(command), 26, command.purpose);
    }
    add_entry(text, "--help, --version", 26, "this text; versions of the program and of its libraries");
    text += "\nExit codes:\n";
    for (const ExitMeaning& exit : exit_meanings()) {
        add_entry(text, std::to_string(exit.code), 6, exit.meaning);
    }
    return text;
}

}  // namespace mlaasim::app
