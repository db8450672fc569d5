// The report of a study: many runs side by side.
#pragma once

#include <filesystem>
#include <string>

namespace mlaasim::study {

/// One self-contained HTML file of what is complete in the study's folder. Throws InputError unless it is one.
[[nodiscard]] std::string report_of_study(const std::filesystem::path& folder);

}  // namespace mlaasim::study
