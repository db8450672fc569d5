// Whether a folder can take one run: it holds nothing yet, or the same scenario's run.
#pragma once

#include <filesystem>
#include <string>

namespace mlaasim::study {

/// `scenario_yaml` is the scenario as the run would write it into its trace, before its data is resolved. Throws
/// InputError when the folder holds a study, a damaged trace, or a trace of another scenario: then it names an option
/// that differs.
void expect_same_run(const std::filesystem::path& folder, const std::string& scenario_yaml);

}  // namespace mlaasim::study
