// The settings of a study, written out: every combination that its section `sweep` asks for, in order, with its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario_text/problem_list.hpp"
#include "study/study_folder.hpp"
#include "study/sweep_section.hpp"

namespace mlaasim::study {

/// The most points that a study may have.
inline constexpr std::size_t most_points = 100'000;

/// Values of swept keys. A setting is played with every seed of the study.
struct Setting {
    std::string name;  ///< "alpha=0.1,strategy=none"; empty in a study that sweeps no key
    std::vector<KeyValue> values{};
};

/// Values that pick settings out: of each key any of its values.
using WantedValues = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// An exclusion that names seeds: of the settings with these values it leaves out the points of these seeds.
struct ExcludedSeeds {
    sim::OptionsPlace place{};
    WantedValues values{};
    std::vector<std::string> seeds{};

    [[nodiscard]] bool leaves_out(const Setting& setting, std::int64_t seed) const;
};

struct Settings {
    std::vector<std::string> keys{};  ///< that are swept, in the order of the study
    std::vector<Setting> settings{};
    std::vector<ExcludedSeeds> excluded_seeds{};
    /// As StoredStudy::baseline.
    std::vector<Named> baseline{};
};

/// Whether an exclusion that no setting meets is a mistake. In a reduced study it need not be one.
enum class Unmatched { mistake, allowed };

/// The order: elements of `list`, then the keys of `grid` from the first, which changes slowest, then rows of `zip`,
/// then draws. Adds to `problems`: too many points, two settings with one name, names that are too long, exclusions and
/// baselines that fit no setting.
[[nodiscard]] Settings settings_of(const SweepSection& sweep, Unmatched unmatched, sim::ProblemList& problems);

}  // namespace mlaasim::study
