#include "app/option_hint.hpp"

#include <algorithm>

#include "app/scenario_keys.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {
namespace {

using Words = std::vector<std::string>;

/// "--learning-rate" as "learning_rate".
std::string key_of(const std::string& option) {
    std::string word = option.substr(std::min(option.find_first_not_of('-'), option.size()));
    std::replace(word.begin(), word.end(), '-', '_');
    return word;
}

/// What follows an option, after a "=" or as the next argument; empty when nothing does.
std::string value_of(const std::string& option, const Words& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].starts_with(option + "=")) {
            return arguments[i].substr(option.size() + 1);
        }
        if (arguments[i] == option && i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
            return arguments[i + 1];
        }
    }
    return {};
}

Words scenario_paths() {
    Words paths;
    for (const ScenarioKey& key : scenario_keys()) {
        paths.push_back(key.path);
    }
    return paths;
}

/// The option of scenarios with this path, else those whose path ends with it, the least nested first.
Words paths_ending_with(const std::string& word) {
    Words found = scenario_paths();
    if (std::find(found.begin(), found.end(), word) != found.end()) {
        return {word};
    }
    std::erase_if(found, [&](const std::string& path) { return !path.ends_with("." + word); });
    const auto depth = [](const std::string& path) { return std::count(path.begin(), path.end(), '.'); };
    std::stable_sort(found.begin(), found.end(),
                     [&](const std::string& a, const std::string& b) { return depth(a) < depth(b); });
    return found;
}

/// The last parts of all paths.
Words keys() {
    Words words = scenario_paths();
    std::transform(words.begin(), words.end(), words.begin(),
                   [](const std::string& path) { return path.substr(path.rfind('.') + 1); });
    return words;
}

std::string set_hint(const Words& paths, const std::string& value) {
    constexpr std::size_t most = 3;
    std::string hint;
    for (std::size_t i = 0; i < std::min(most, paths.size()); ++i) {
        hint += (i == 0 ? "write --set " : " or --set ") + paths[i] + "=" + (value.empty() ? "VALUE" : value);
    }
    return hint;
}

}  // namespace

std::string unknown_option_hint(const std::string& option, const Words& arguments, const Words& own) {
    const std::string key = key_of(option);
    const std::string value = value_of(option, arguments);
    if (const Words paths = paths_ending_with(key); !paths.empty()) {
        return set_hint(paths, value);
    }
    if (const std::string near = sim::nearest(option, own); !near.empty()) {
        return "did you mean " + near + "?";
    }
    if (const std::string near = sim::nearest(key, keys()); !near.empty()) {
        return set_hint(paths_ending_with(near), value);
    }
    return "see mlaasim --help";
}

}  // namespace mlaasim::app
