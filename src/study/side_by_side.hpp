// Any runs, side by side: in which options they differ, and what came of it.
#pragma once

#include <string>
#include <vector>

#include "study/differing_options.hpp"
#include "study/run_summary.hpp"

namespace mlaasim::study {

struct SideBySide {
    std::vector<RunSummary> runs;
    std::vector<DifferingOption> options;   ///< but for the name
    std::vector<DifferingOption> versions;  ///< data, program, libraries, instruction set
};

[[nodiscard]] SideBySide side_by_side(std::vector<RunSummary> runs);

/// What a run is called: A, B, ..., Z, AA, AB, ...
[[nodiscard]] std::string letter_of(std::size_t run);

/// The values of an option, each once in the order of the runs, with the letters of the runs that have it.
struct SharedValue {
    std::vector<std::string> letters;
    std::string value;  ///< "(absent)" where the scenario has no such option
};
[[nodiscard]] std::vector<SharedValue> shared_values(const DifferingOption& option);

/// Options, accuracy and loss, curves and cost of all runs: a block each, in 80 columns but for paths and values, which
/// are never cut.
[[nodiscard]] std::string side_by_side_text(const SideBySide& compared);

}  // namespace mlaasim::study
