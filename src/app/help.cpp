#include "app/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

/// The options below a title, as Boost sets them.
std::string titled(const std::string& title, const po::options_description& options) {
    po::options_description all{title};
    for (const auto& option : options.options()) {
        all.add(option);
    }
    std::ostringstream text;
    text << all;
    return text.str();
}

std::string synopsis(const Subcommand& command, const Form& form) {
    std::string text = words_of(command, form);
    for (const Operand operand : form.operands) {
        text += " " + operand_word(operand);
    }
    return text;
}

std::string list_of_subcommands(const std::vector<Subcommand>& commands) {
    constexpr std::size_t column = 26;
    std::string text;
    for (const Subcommand& command : commands) {
        for (const Form& form : command.forms) {
            text += list_entry(synopsis(command, form), column, form.purpose);
        }
    }
    return text + list_entry("--help, --version", column, "this text; versions of the program and of its libraries");
}

std::string list_of_exit_codes() {
    std::string text = "Exit codes:\n";
    for (const ExitMeaning& exit : exit_meanings()) {
        text += list_entry(std::to_string(exit.code), 6, exit.meaning);
    }
    return text;
}

/// "check, describe and plan": those that take --set, without `run`.
std::string others_with_set(const std::vector<Subcommand>& commands) {
    std::vector<std::string> words;
    for (const Subcommand& command : commands) {
        const auto takes_set = [](const Form& form) { return form.options.find_nothrow("set", false) != nullptr; };
        if (command.word != "run" && std::ranges::any_of(command.forms, takes_set)) {
            words.push_back(command.word);
        }
    }
    const std::string last = words.back();
    words.pop_back();
    return fmt::format("{} and {}", fmt::join(words, ", "), last);
}

}  // namespace

std::vector<ExitMeaning> exit_meanings() {
    const auto code = [](sim::ExitCode named) { return static_cast<int>(named); };
    return {
        {code(sim::ExitCode::success), "done"},
        {code(sim::ExitCode::bug), "a bug of the program"},
        {code(sim::ExitCode::input), "bad input or environment: the message says what to fix"},
        {code(sim::ExitCode::points_failed), "of sweep and collect: points failed, the others were played"},
        {code(sim::ExitCode::runs_differ), "of diff: the runs differ"},
        {code(sim::ExitCode::stopped), "stopped by a signal or by --max-time, after a commit; continue with --resume"}};
}

std::string words_of(const Subcommand& command, const Form& form) {
    return form.second_word.empty() ? command.word : command.word + " " + form.second_word;
}

std::string operand_word(Operand operand) {
    switch (operand) {
        case Operand::scenario_file: return "SCENARIO.yaml";
        case Operand::study_file: return "STUDY.yaml";
        case Operand::study_folder: return "DIR";
        case Operand::trace_file: return "FILE";
        case Operand::table: return "TABLE";
    }
    throw sim::ContractViolation("operand", "every operand has a word", std::source_location::current());
}

std::string general_help() {
    const std::vector<Subcommand> commands = subcommands();
    const auto run = std::ranges::find(commands, "run", &Subcommand::word);
    return fmt::format(
        "usage: mlaasim COMMAND ...\n\n{}\n{}\n\n{}\n", list_of_subcommands(commands), list_of_exit_codes(),
        titled(fmt::format("Options of run; {} take --set", others_with_set(commands)), run->forms.front().options));
}

std::string help_of(const Subcommand& command) {
    std::string text = fmt::format("usage: {}\n", command.usage);
    if (!command.about.empty()) {
        text += "\n" + command.about;
    }
    for (const Form& form : command.forms) {
        if (!form.options.options().empty()) {
            text += "\n" + titled("Options", form.options);
        }
    }
    return text;
}

}  // namespace mlaasim::app
