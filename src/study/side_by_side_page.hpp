// Runs side by side as one HTML file.
#pragma once

#include <string>
#include <vector>

#include "study/side_by_side.hpp"

namespace mlaasim::study {

/// One self-contained HTML file with the options in which the runs differ, accuracy, loss, curves and cost. `worth`:
/// paragraphs that stand first, on what adaptation was worth; none when that is not the question.
[[nodiscard]] std::string side_by_side_page(const SideBySide& compared, const std::vector<std::string>& worth = {});

}  // namespace mlaasim::study
