// The section `metrics` of a study file: names and expressions.
#pragma once

#include <string>
#include <vector>

#include "study/section_check.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study {

/// The metrics of a study that names none: final and best accuracy, and what the run cost.
[[nodiscard]] std::vector<Named> default_metrics();

/// Names and expressions, each checked; `keys` are the swept keys, whose names are taken.
[[nodiscard]] std::vector<Named> read_metrics(const sim::OptionsNode& node, const std::vector<std::string>& keys,
                                              SectionCheck& check);

}  // namespace mlaasim::study
