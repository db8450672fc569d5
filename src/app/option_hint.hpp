// The likely fix of an option that a command does not know.
#pragma once

#include <string>
#include <vector>

namespace mlaasim::app {

/// "write --set seed=3" for the option "--seed" among the arguments {"--seed", "3"}, which is one of scenarios; else
/// the nearest of the command's `own` options ("--set", ...); else the nearest option of scenarios.
[[nodiscard]] std::string unknown_option_hint(const std::string& option, const std::vector<std::string>& arguments,
                                              const std::vector<std::string>& own);

}  // namespace mlaasim::app
