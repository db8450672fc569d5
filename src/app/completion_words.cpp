#include "app/completion_words.hpp"

#include <algorithm>
#include <boost/program_options/option.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <ranges>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::app {
namespace {

std::string on_one_line(std::string_view text) {
    std::string line{text};
    std::ranges::replace(line, '\n', ' ');
    return line;
}

class KeyCollector final : public sim::OptionVisitor {
public:
    [[nodiscard]] std::vector<ScenarioKey> take() { return std::move(keys_); }

    void option(std::string_view key, double& /*value*/, const sim::OptionInfo& info) override { add(key, info); }
    void option(std::string_view key, std::int64_t& /*value*/, const sim::OptionInfo& info) override { add(key, info); }
    void option(std::string_view key, bool& /*value*/, const sim::OptionInfo& info) override {
        add(key, info).values = {{"true", ""}, {"false", ""}};
    }
    void option(std::string_view key, std::string& /*value*/, const sim::OptionInfo& info) override { add(key, info); }
    void option(std::string_view key, std::vector<std::int64_t>& /*value*/, const sim::OptionInfo& info) override {
        add(key, info);
    }
    void option(std::string_view key, std::vector<double>& /*value*/, const sim::OptionInfo& info) override {
        add(key, info);
    }
    void choice(std::string_view key, int& /*value*/, const std::vector<sim::Choice>& choices,
                const sim::OptionInfo& info) override {
        ScenarioKey& added = add(key, info);
        for (const sim::Choice& choice : choices) {
            added.values.push_back({std::string{choice.name}, on_one_line(choice.doc)});
        }
    }
    void kind_beside(std::string_view key, sim::KindChoice& kinds, const sim::OptionInfo& info) override {
        ScenarioKey& added = add(key, info);
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            added.values.push_back({std::string{kinds.word(kind)}, on_one_line(kinds.doc(kind))});
        }
        kinds_.visit(kinds, [&](std::size_t kind) { kinds.declare_defaults(kind, *this); });
    }
    void section(std::string_view key, const sim::OptionInfo& /*info*/,
                 const std::function<void()>& declare_members) override {
        descend(std::string{key}, declare_members);
    }
    void list(std::string_view key, const sim::OptionInfo& /*info*/, std::size_t size,
              const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        resize(1);
        descend(std::string{key} + ".0", [&] { declare_element(0); });
        resize(size);
    }

private:
    /// Several kinds may have an option of the same name: the first one's words stand.
    ScenarioKey& add(std::string_view key, const sim::OptionInfo& info) {
        ScenarioKey added{path_ + std::string{key}, on_one_line(info.doc)};
        const bool is_known = std::ranges::find(keys_, added.path, &ScenarioKey::path) != keys_.end();
        return is_known ? ignored_ = std::move(added) : keys_.emplace_back(std::move(added));
    }
    void descend(const std::string& part, const std::function<void()>& declare_members) {
        const std::string outer = path_;
        path_ += part + ".";
        declare_members();
        path_ = outer;
    }

    std::vector<ScenarioKey> keys_;
    std::string path_;
    ScenarioKey ignored_;
    sim::NestedKinds kinds_;
};

Completion completion_of_value(const std::string& value_name) {
    if (value_name == "DIR") {
        return Completion::folder;
    }
    return value_name == "key.path=value" ? Completion::assignment : Completion::nothing;
}

}  // namespace

std::vector<ScenarioKey> scenario_keys() {
    run::Scenario scenario;
    KeyCollector collector;
    run::declare(collector, scenario);
    return collector.take();
}

std::vector<CompletionOption> completion_options(const Subcommand& command) {
    std::vector<CompletionOption> options;
    for (const auto& declared : command.options.options()) {
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
    if (command.name.find(' ') == std::string::npos) {
        options.push_back({"--help", "what the subcommand takes", "", Completion::nothing, false});
    }
    return options;
}

Completion completion_of(Operand operand) {
    switch (operand) {
        case Operand::scenario_file: return Completion::scenario_file;
        case Operand::trace_file: return Completion::trace_file;
        case Operand::table: return Completion::table;
    }
    throw sim::ContractViolation("operand", "every operand can be completed", std::source_location::current());
}

std::vector<CompletionWord> table_words() {
    std::vector<CompletionWord> words;
    for (const sim::Table* table : sim::all_tables()) {
        words.push_back({std::string{table->name}, on_one_line(table->doc)});
    }
    return words;
}

std::vector<CompletionWord> first_words() {
    std::vector<CompletionWord> words;
    const std::vector<Subcommand> commands = subcommands();
    for (const std::string& word : command_words()) {
        const auto named = std::ranges::find(commands, word, &Subcommand::name);
        std::string meaning = named != commands.end() ? named->purpose : "";
        for (const CompletionWord& second : second_words(word)) {
            meaning += (meaning.empty() ? "" : ", ") + second.word;
        }
        words.push_back({word, meaning});
    }
    words.push_back({"--help", "all subcommands"});
    words.push_back({"--version", "versions of the program and of its libraries"});
    return words;
}

std::vector<CompletionWord> second_words(const std::string& first) {
    std::vector<CompletionWord> words;
    for (const Subcommand& command : subcommands()) {
        if (command.name.starts_with(first + " ")) {
            words.push_back({command.name.substr(first.size() + 1), command.purpose});
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
