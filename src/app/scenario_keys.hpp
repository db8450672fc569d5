// The keys that a scenario may have, from the declared options.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// A word and what it means; the meaning is on one line.
struct DescribedWord {
    std::string word;
    std::string meaning;

    friend bool operator==(const DescribedWord&, const DescribedWord&) = default;
};

/// A key of the scenario by its path, list elements as number 0: "drift.0.kind".
struct ScenarioKey {
    std::string path;
    std::string meaning;
    std::vector<DescribedWord> values{};  ///< the words that it takes; empty when any number or text will do
    bool chooses = false;                 ///< the words are kinds or the like, and not just true and false
};

/// Every key of a scenario, in the order of declaration.
[[nodiscard]] std::vector<ScenarioKey> scenario_keys();

}  // namespace mlaasim::app
