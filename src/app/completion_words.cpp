#include "app/completion_words.hpp"

#include <algorithm>
#include <boost/program_options/option.hpp>
#include <boost/program_options/value_semantic.hpp>

#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::app {
namespace {

Completion completion_of_value(const std::string& value_name) {
    if (value_name == "DIR") {
        return Completion::folder;
    }
    return value_name == "key.path=value" ? Completion::assignment : Completion::nothing;
}

}  // namespace

std::vector<CompletionOption> declared_options(const Form& form) {
    std::vector<CompletionOption> options;
    for (const auto& declared : form.options.options()) {
        const auto semantic = declared->semantic();
        CompletionOption option{.word = "--" + declared->long_name(),
                                .meaning = on_one_line(declared->description()),
                                .value_name = semantic->max_tokens() > 0 ? semantic->name() : ""};
        // Boost shows a default beside the name: "N (=1)".
        if (const std::size_t at = option.value_name.find(" (="); at != std::string::npos) {
            option.meaning += "; default: " + option.value_name.substr(at + 3, option.value_name.size() - at - 4);
            option.value_name.resize(at);
        }
        option.value = completion_of_value(option.value_name);
        option.repeats = semantic->is_composing();
        options.push_back(option);
    }
    return options;
}

std::vector<CompletionOption> completion_options(const Form& form) {
    std::vector<CompletionOption> options = declared_options(form);
    if (form.second_word.empty()) {
        options.push_back({"--help", "what the subcommand takes", "", Completion::nothing, false});
    }
    return options;
}

Completion completion_of(Operand operand) {
    switch (operand) {
        case Operand::scenario_file:
        case Operand::study_file: return Completion::scenario_file;
        case Operand::study_folder: return Completion::folder;
        case Operand::trace_file: return Completion::trace_file;
        case Operand::table: return Completion::table;
    }
    throw sim::ContractViolation("operand", "every operand can be completed", std::source_location::current());
}

std::vector<DescribedWord> table_words() {
    std::vector<DescribedWord> words;
    for (const sim::Table* table : sim::all_tables()) {
        words.push_back({std::string{table->name}, on_one_line(table->doc)});
    }
    return words;
}

std::vector<DescribedWord> first_words() {
    std::vector<DescribedWord> words;
    for (const Subcommand& command : subcommands()) {
        std::string meaning;
        for (const DescribedWord& second : second_words(command)) {
            meaning += (meaning.empty() ? "" : ", ") + second.word;
        }
        words.push_back({command.word, meaning.empty() ? command.forms.front().purpose : meaning});
    }
    words.push_back({"--help", "all subcommands"});
    words.push_back({"--version", "versions of the program and of its libraries"});
    return words;
}

std::vector<DescribedWord> second_words(const Subcommand& command) {
    std::vector<DescribedWord> words;
    for (const Form& form : command.forms) {
        if (!form.second_word.empty()) {
            words.push_back({form.second_word, form.purpose});
        }
    }
    return words;
}

std::string filled_in(std::string text, const std::vector<std::pair<std::string, std::string>>& parts) {
    for (const auto& [name, part] : parts) {
        const std::string place = "@" + name + "@";
        const std::size_t at = text.find(place);
        sim::expects(at != std::string::npos, "every part has its place in the script");
        text.replace(at, place.size(), part);
    }
    return text;
}

}  // namespace mlaasim::app
