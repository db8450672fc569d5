#include <fmt/format.h>

#include "app/completion.hpp"
#include "app/completion_words.hpp"
#include "app/help.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* script = R"(#compdef mlaasim
# Completion of mlaasim for zsh, made by "mlaasim completion zsh".

# Completes KEY=VALUE of --set. A list's keys are known for its element 0; they are the same for all.
_mlaasim_set() {
    local -a keys values
    local key=${PREFIX%%=*} numbered
    if [[ $PREFIX == *=* ]]; then
        compset -P 1 '*='
        case ${key//.<->./.0.} in
@VALUES@            *) _message "value of $key" ;;
        esac
        (( $#values )) && _describe -t values "value of $key" values
        return
    fi
    keys=(
@KEYS@    )
    if [[ $key == *.<->.* ]]; then
        # Offered with the number that was typed.
        numbered=${(M)key##*.<->.}
        keys=(${(M)keys:#${numbered//.<->./.0.}*})
        keys=($numbered${^keys#${numbered//.<->./.0.}})
    fi
    _describe -t keys 'option of the scenario' keys -S '=' -q
}

_mlaasim_table() {
    local -a tables
    tables=(
@TABLES@    )
    _describe -t tables 'table' tables
}

_mlaasim() {
    local curcontext=$curcontext state line ret=1
    local -a commands
    _arguments -C '1: :->command' '*:: :->rest' && ret=0
    case $state in
        command)
            commands=(
@FIRST_WORDS@            )
            _describe -t commands 'subcommand' commands && ret=0
            ;;
        rest)
            case $words[1] in
@COMMANDS@            esac
            ;;
    esac
    return ret
}

_mlaasim "$@"
)";

/// `text` between single quotes, with what _describe and _arguments would read as syntax made harmless.
std::string quoted(const std::string& text, const std::string& syntax) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += R"('\'')";
        } else {
            if (c == '\\' || syntax.find(c) != std::string::npos) {
                out += '\\';
            }
            out += c;
        }
    }
    return out + "'";
}

std::string described(const std::string& word, const std::string& meaning) {
    // In single quotes: word:meaning. Only the word's own colons end it too early.
    const std::string entry = quoted(word, ":");
    return meaning.empty() ? entry : entry.substr(0, entry.size() - 1) + ":" + quoted(meaning, "").substr(1);
}

std::string list(const std::vector<DescribedWord>& words, const std::string& margin) {
    std::string text;
    for (const auto& [word, meaning] : words) {
        text += margin + described(word, meaning) + "\n";
    }
    return text;
}

/// What _arguments calls to complete a value.
std::string action(Completion completion) {
    switch (completion) {
        case Completion::nothing: return " ";
        case Completion::scenario_file: return "_files -g \"*.(yaml|yml)\"";
        case Completion::trace_file: return "_files -g \"*.h5\"";
        case Completion::folder: return "_files -/";
        case Completion::table: return "_mlaasim_table";
        case Completion::assignment: return "_mlaasim_set";
    }
    return " ";
}

/// The specifications that _arguments takes of one form of a subcommand, a line each.
std::string specifications(const Form& form, const std::string& margin) {
    std::string text;
    for (const CompletionOption& option : completion_options(form)) {
        std::string line = (option.repeats ? "*" : "") + option.word + (option.value_name.empty() ? "" : "=") + "[";
        line = quoted(line, "").substr(1);
        line.pop_back();
        const std::string meaning = quoted(option.meaning, "[]:");
        text += fmt::format(" \\\n{}'{}{}]", margin, line, meaning.substr(1, meaning.size() - 2));
        if (!option.value_name.empty()) {
            text += ":" + option.value_name + ":" + action(option.value);
        }
        text += "'";
    }
    const auto add_operand = [&](const std::string& place, Operand operand) {
        text += fmt::format(" \\\n{}'{}:{}:{}'", margin, place, operand_word(operand), action(completion_of(operand)));
    };
    int place = 0;
    for (const Operand operand : form.operands) {
        add_operand(std::to_string(++place), operand);
    }
    if (form.last_repeats) {
        add_operand("*", form.operands.back());
    }
    return text + " && ret=0";
}

/// One more choice, by the second word of a subcommand.
std::string choice(const Subcommand& command, const std::string& margin) {
    std::string text = fmt::format(
        "{0}    _arguments -C '1: :->action' '*:: :->operands' && ret=0\n"
        "{0}    case $state in\n"
        "{0}        action)\n"
        "{0}            commands=(\n{1}{0}            )\n"
        "{0}            _describe -t actions 'action' commands && ret=0\n"
        "{0}            ;;\n"
        "{0}        operands)\n"
        "{0}            case $words[1] in\n",
        margin, list(second_words(command), margin + std::string(16, ' ')));
    for (const Form& form : command.forms) {
        text += fmt::format("{0}                {1}) _arguments{2} ;;\n", margin, form.second_word,
                            specifications(form, margin + std::string(20, ' ')));
    }
    return text + fmt::format("{0}            esac\n{0}            ;;\n{0}    esac\n", margin);
}

/// The branch of a subcommand's word: its options, or one more choice.
std::string branch(const Subcommand& command) {
    const std::string margin(16, ' ');
    const std::string inside =
        second_words(command).empty()
            ? fmt::format("{0}    _arguments{1}\n", margin, specifications(command.forms.front(), margin + "        "))
            : choice(command, margin);
    return fmt::format("{0}{1})\n{2}{0}    ;;\n", margin, command.word, inside);
}

}  // namespace

std::string zsh_completion() {
    std::string keys;
    std::string values;
    for (const ScenarioKey& key : scenario_keys()) {
        keys += "        " + described(key.path, key.meaning) + "\n";
        if (!key.values.empty()) {
            values += fmt::format("            {}) values=(\n{}            ) ;;\n", key.path,
                                  list(key.values, std::string(16, ' ')));
        }
    }
    std::string commands;
    for (const Subcommand& command : subcommands()) {
        commands += branch(command);
    }
    return filled_in(script, {{"KEYS", keys},
                              {"VALUES", values},
                              {"TABLES", list(table_words(), std::string(8, ' '))},
                              {"FIRST_WORDS", list(first_words(), std::string(16, ' '))},
                              {"COMMANDS", commands}});
}

}  // namespace mlaasim::app
