// `mlaasim kinds`: what a scenario can choose from.
#include <fmt/core.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "app/commands/subcommand.hpp"
#include "app/scenario_keys.hpp"
#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

namespace po = boost::program_options;

constexpr const char* usage = "mlaasim kinds [--section KEY]";

po::options_description kinds_options() {
    po::options_description options;
    options.add_options()("section", po::value<std::string>()->value_name("KEY"),
                          "only what stands in this section of the scenario, or this one key");
    return options;
}

/// The section that --section names; empty when there is none.
std::string section_of(const Arguments& arguments) {
    po::variables_map values;
    try {
        po::store(po::command_line_parser(arguments).options(kinds_options()).positional({}).run(), values);
    } catch (const po::too_many_positional_options_error&) {
        throw sim::InputError(
            {.what = "kinds takes no words beside its option", .expected = usage, .hint = "write --section KEY"});
    } catch (const po::error& error) {
        throw sim::InputError({.what = error.what(), .expected = usage, .hint = "see mlaasim kinds --help"});
    }
    return values.count("section") > 0 ? values["section"].as<std::string>() : std::string{};
}

bool is_in(const ScenarioKey& key, const std::string& section) {
    return section.empty() || key.path == section || key.path.starts_with(section + ".");
}

/// The sections on the way to the keys, and the keys: "services", "services.partition", "services.partition.kind".
Arguments known_sections(const std::vector<ScenarioKey>& keys) {
    Arguments known;
    for (const ScenarioKey& key : keys) {
        for (std::size_t end = 0; end != std::string::npos;) {
            end = key.path.find('.', end + 1);
            const std::string section = key.path.substr(0, end);
            if (std::ranges::find(known, section) == known.end()) {
                known.push_back(section);
            }
        }
    }
    return known;
}

[[noreturn]] void refuse(const std::string& section, const std::vector<ScenarioKey>& keys) {
    const Arguments known = known_sections(keys);
    std::string outermost;
    for (const std::string& word : known) {
        if (word.find('.') == std::string::npos) {
            outermost += (outermost.empty() ? "one of " : ", ") + word;
        }
    }
    const std::string near = sim::nearest(section, known);
    throw sim::InputError({.what = "nothing in \"" + section + "\" is chosen by a word",
                           .expected = outermost + ", or a section inside one of them",
                           .hint = near.empty() ? "mlaasim kinds shows all of them" : "did you mean " + near + "?"});
}

/// Words and meanings below each other; the meanings start in one column.
void print_words(const std::vector<DescribedWord>& words) {
    std::size_t longest = 0;
    for (const DescribedWord& described : words) {
        longest = std::max(longest, described.word.size());
    }
    for (const DescribedWord& described : words) {
        fmt::print("{}", list_entry(described.word, longest + 4, described.meaning));
    }
}

int kinds(const Arguments& arguments) {
    const std::string section = section_of(arguments);
    std::vector<ScenarioKey> keys = scenario_keys();
    std::erase_if(keys, [](const ScenarioKey& key) { return !key.chooses; });
    std::vector<ScenarioKey> shown;
    std::ranges::copy_if(keys, std::back_inserter(shown), [&](const ScenarioKey& key) { return is_in(key, section); });
    if (shown.empty()) {
        refuse(section, keys);
    }
    while (!shown.empty()) {
        // Keys that take the same words stand above one list.
        const std::vector<DescribedWord> words = shown.front().values;
        const auto takes_them = [&](const ScenarioKey& key) { return key.values == words; };
        for (const ScenarioKey& key : shown) {
            if (takes_them(key)) {
                fmt::print("{}\n", key.path);
            }
        }
        print_words(words);
        std::erase_if(shown, takes_them);
        fmt::print("{}", shown.empty() ? "" : "\n");
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand kinds_subcommand() {
    return {.word = "kinds",
            .usage = usage,
            .about =
                "Each option of a scenario that takes one of several words, by its path; below it the words, and what\n"
                "each means. In a list of sections, 0 stands for any number: drift.0.kind.\n",
            .forms = {{.purpose = "what a scenario can choose from: partitions, models, drifts, ...",
                       .options = kinds_options()}},
            .carry_out = OnRankZero{kinds}};
}

}  // namespace mlaasim::app
