// The options in which scenarios differ.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "study/recorded_run.hpp"

namespace mlaasim::study {

struct DifferingOption {
    std::string path;                                ///< "drift.0.magnitude"
    std::vector<std::optional<std::string>> values;  ///< of each scenario; none where it has no such option
};

/// In the order of the paths.
[[nodiscard]] std::vector<DifferingOption> differing_options(std::span<const OptionValues* const> scenarios);

}  // namespace mlaasim::study
