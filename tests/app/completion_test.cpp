// Shells complete what the program declares.
#include "app/completion.hpp"
#include "sim/options/json_schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/completion_words.hpp"
#include "app/help.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "support/needs.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

/// Calls the completion function as bash does and prints what it offers, a line each.
constexpr const char* in_bash = R"bash(
source "$1"
compopt() { :; }
COMP_LINE=$2 COMP_POINT=${#2}
_mlaasim
printf '%s\n' "${COMPREPLY[@]}"
)bash";

/// Types into an interactive zsh, presses tab and prints the line that comes of it.
constexpr const char* in_zsh = R"zsh(
zmodload zsh/zpty
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "unsetopt promptcr promptsp; PROMPT= ; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w shell "show() { print -r -- \"<<\$BUFFER>>\" }; zle -N show; bindkey '^X' show; print READY\$((1+1))"
zpty -r -m shell line '*READY2*'
zpty -w -n shell "$2"$'\t'$'\x18'
zpty -r -m shell line '*<<*>>*'
print -r -- ${${line##*<<}%%>>*}
zpty -d shell
)zsh";

bool has(const std::string& program) { return run({"sh", "-c", "command -v " + program}).exit_code == 0; }

class Completion : public ::testing::Test {
protected:
    Completion() {
        write_text(folder_ / "mlaasim", app::bash_completion());
        write_text(folder_ / "_mlaasim", app::zsh_completion());
    }
    [[nodiscard]] Arguments offered(const std::string& typed) const {
        const Outcome outcome = run({"bash", "--norc", "-c", in_bash, "bash", (folder_ / "mlaasim").string(), typed});
        EXPECT_EQ(outcome.errors, "") << typed;
        Arguments words;
        std::istringstream lines{outcome.output};
        for (std::string line; std::getline(lines, line);) {
            if (!line.empty()) {
                words.push_back(line);
            }
        }
        return words;
    }
    [[nodiscard]] std::string completed_by_zsh(const std::string& typed) const {
        const Outcome outcome = run({"zsh", "-f", "-c", in_zsh, "zsh", folder_.path().string(), typed});
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return outcome.output;
    }

private:
    TemporaryFolder folder_;
};

/// Every path of a scenario's JSON Schema, list elements as number 0.
void add_paths(const nlohmann::json& schema, const nlohmann::json& definitions, const std::string& path,
               std::set<std::string>& paths) {
    const auto properties = schema.value("properties", nlohmann::json::object());
    for (const auto& [key, member] : properties.items()) {
        const std::string here = path + key;
        if (member.contains("properties")) {
            add_paths(member, definitions, here + ".", paths);
        } else if (member.contains("items") && member["items"].contains("properties")) {
            add_paths(member["items"], definitions, here + ".0.", paths);
        } else {
            paths.insert(here);
        }
    }
    for (const char* of_a_kind : {"oneOf", "allOf"}) {
        for (const auto& part : schema.value(of_a_kind, nlohmann::json::array())) {
            add_paths(part, definitions, path, paths);
        }
    }
    if (schema.contains("$ref")) {
        const std::string name = schema["$ref"];
        add_paths(definitions[name.substr(std::string{"#/$defs/"}.size())], definitions, path, paths);
    }
}

TEST_F(Completion, KnowsEveryKeyOfTheSchema) {
    run::Scenario scenario;
    const auto schema = nlohmann::json::parse(
        sim::to_json_schema([&](sim::OptionVisitor& visitor) { run::declare(visitor, scenario); }, "mlaasim scenario"));
    std::set<std::string> expected;
    add_paths(schema, schema["$defs"], "", expected);
    std::set<std::string> known;
    for (const app::ScenarioKey& key : app::scenario_keys()) {
        EXPECT_TRUE(known.insert(key.path).second) << key.path << " is there twice";
    }
    EXPECT_EQ(known, expected);
    EXPECT_GT(known.size(), 50U);
}

TEST_F(Completion, BashOffersEverySubcommandOptionAndTable) {
    for (const app::Subcommand& command : app::subcommands()) {
        EXPECT_EQ(offered("mlaasim " + command.word), Arguments{command.word});
        for (const app::Form& form : command.forms) {
            Arguments options;
            for (const app::CompletionOption& option : app::completion_options(form)) {
                options.push_back(option.word);
            }
            EXPECT_EQ(offered("mlaasim " + app::words_of(command, form) + " -"), options);
        }
    }
    Arguments tables;
    for (const app::DescribedWord& table : app::table_words()) {
        tables.push_back(table.word);
    }
    EXPECT_EQ(offered("mlaasim trace csv a/trace.h5 "), tables);
}

TEST_F(Completion, BashCompletesByPlace) {
    const std::vector<std::pair<std::string, Arguments>> cases = {
        {"mlaasim tr", {"trace"}},
        {"mlaasim trace v", {"verify"}},
        {"mlaasim trace csv a.h5 ro", {"rounds"}},
        {"mlaasim completion ", {"bash", "zsh", "--help"}},
        {"mlaasim run a.yaml --res", {"--resume"}},
        {"mlaasim run --output out a.yaml --res", {"--resume"}},
        {"mlaasim run --set training.opt", {"training.optimizer="}},
        {"mlaasim run --set=training.opt", {"training.optimizer="}},
        {"mlaasim run --set trai", {"training."}},
        // Bash replaces only what stands behind the "=".
        {"mlaasim run --set training.optimizer=", {"sgd", "adam"}},
        {"mlaasim check a.yaml --set=training.optimizer=s", {"sgd"}},
        {"mlaasim plan a.yaml --set drift.12.ki", {"drift.12.kind="}},
        {"mlaasim plan a.yaml --set drift.12.target=c", {"clients"}},
        {"mlaasim plan a.yaml --ranks ", {}},
        {"mlaasim nonsense ", {}},
    };
    for (const auto& [typed, expected] : cases) {
        EXPECT_EQ(offered(typed), expected) << typed;
    }
}

/// Each of them, and an option behind them.
TEST_F(Completion, BashCompletesAnyNumberOfRunsToCompare) {
    const TemporaryFolder folder;
    write_text(folder / "third.h5", "");
    const std::string start = (folder / "thi").string();
    for (const char* const typed : {"mlaasim compare ", "mlaasim compare a b ", "mlaasim compare a b c d "}) {
        EXPECT_EQ(offered(typed + start), Arguments{(folder / "third.h5").string()}) << typed;
    }
    EXPECT_EQ(offered("mlaasim compare a b c --ht"), Arguments{"--html"});
    EXPECT_EQ(offered("mlaasim diff a b " + start), Arguments{}) << "diff takes two";
}

TEST_F(Completion, ZshCompletesByPlace) {
    if (!has("zsh")) {
        SKIP_WITHOUT("zsh", "there is no zsh");
    }
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"mlaasim pl", "mlaasim plan \n"},
        {"mlaasim trace v", "mlaasim trace verify \n"},
        {"mlaasim trace csv a.h5 ro", "mlaasim trace csv a.h5 rounds \n"},
        {"mlaasim run a.yaml --res", "mlaasim run a.yaml --resume \n"},
        {"mlaasim run --set training.opt", "mlaasim run --set training.optimizer=\n"},
        {"mlaasim run --set=training.optimizer=s", "mlaasim run --set=training.optimizer=sgd \n"},
        {"mlaasim run a.yaml --set drift.12.pattern=s", "mlaasim run a.yaml --set drift.12.pattern=sudden \n"},
    };
    for (const auto& [typed, expected] : cases) {
        EXPECT_EQ(completed_by_zsh(typed), expected);
    }
}

TEST_F(Completion, CommandRefusesOtherShells) {
    const Outcome refused = run(mlaasim({"completion", "fish"}));
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("bash|zsh"), std::string::npos) << refused;
    EXPECT_EQ(run(mlaasim({"completion", "zsh"})).output, app::zsh_completion());
}

}  // namespace
}  // namespace mlaasim::testing
