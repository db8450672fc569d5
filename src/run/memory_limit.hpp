// How much memory this process can have.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mlaasim::run {

struct MemoryLimit {
    double bytes = 0.0;
    std::string whose;  ///< completes "at most 4 GiB, ": "the memory of this machine", "the limit of ulimit -v"
};

/// The least of: the machine's memory and swap, the control groups' limits, and what the process's own limits on its
/// address space and its data leave.
[[nodiscard]] MemoryLimit memory_limit();

/// The least limit of the control groups that a process is in, in bytes; none when there is no limit. `groups` is the
/// process's /proc/self/cgroup, `root` the folder where control groups are mounted.
[[nodiscard]] std::optional<double> control_group_limit(const std::filesystem::path& groups,
                                                        const std::filesystem::path& root);

}  // namespace mlaasim::run
