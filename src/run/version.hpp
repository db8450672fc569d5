// What this build is; version.cpp is made by CMake.
#pragma once

#include <string>

namespace mlaasim::run {

[[nodiscard]] std::string program_version();
/// Abbreviated commit that was checked out when the build was configured, "+" appended when files differed; "unknown"
/// outside git.
[[nodiscard]] std::string git_commit();
/// Day of that commit as "2026-03-01"; empty outside git.
[[nodiscard]] std::string commit_date();

}  // namespace mlaasim::run
