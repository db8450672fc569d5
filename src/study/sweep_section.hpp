// The section `sweep` of a study file as it was written, checked for its form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario_text/problem_list.hpp"
#include "sim/scenario_text/tree.hpp"
#include "study/random_settings.hpp"

namespace mlaasim::study {

/// A key of the scenario, and the values that it takes.
struct Axis {
    std::string key;
    sim::OptionsPlace place{};
    std::vector<sim::OptionsNode> values{};
};

/// A key and one value.
struct KeyValue {
    std::string key;
    sim::OptionsNode value;
};

/// One element of `list`.
struct ListedSetting {
    std::string name{};  ///< as given; empty: to be derived
    sim::OptionsPlace place{};
    std::vector<KeyValue> values{};
};

/// Values of keys that pick settings out. A list of values means any of them.
struct Condition {
    sim::OptionsPlace place{};
    std::vector<KeyValue> values{};
};

/// The settings of a study are all combinations of an element of `list`, a value of each key of `grid`, a row of `zip`
/// and a draw of `random`, as far as they are given; each setting is played with every seed.
struct SweepSection {
    sim::OptionsPlace place{};
    std::vector<Axis> grid{};
    std::vector<Axis> zip{};               ///< all equally long
    std::vector<std::string> zip_names{};  ///< of the rows of `zip`, as given; empty: to be derived
    std::vector<ListedSetting> list{};
    RandomSettings random{};
    std::int64_t seed_count = 0;  ///< `seeds: 20`: so many from the scenario's seed on; 0 when there is a list or none
    std::vector<std::int64_t> seeds{};
    sim::OptionsPlace seeds_place{};
    std::vector<Condition> exclude{};
    Condition baseline{};         ///< without values when there is none
    std::string baseline_name{};  ///< `baseline: NAME`
};

/// Reads the section; adds its mistakes to `problems`. `sources` are the names of OptionsPlace::source.
[[nodiscard]] SweepSection read_sweep(const sim::OptionsNode& node, const std::vector<std::string>& sources,
                                      sim::ProblemList& problems);

}  // namespace mlaasim::study
