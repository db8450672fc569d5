// `mlaasim check`: what a run would refuse or warn of, without running.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// Checks a scenario file with its overrides against this machine, and prints what it found: warnings on standard
/// error, the verdict on standard output. Throws InputError when a run would be refused. `data_folder`: as of a run.
void check_scenario_file(const std::string& file, const std::vector<std::string>& overrides,
                         const std::string& data_folder);

}  // namespace mlaasim::app
