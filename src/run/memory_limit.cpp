#include "run/memory_limit.hpp"

#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <vector>

namespace mlaasim::run {
namespace {

namespace fs = std::filesystem;

/// Version 1 writes this much, or nearly, where there is no limit.
constexpr double none_of_version_1 = 0x1p62;

std::optional<double> number_in(const fs::path& file) {
    double value = 0.0;
    return std::ifstream{file} >> value && value < none_of_version_1 ? std::optional{value} : std::nullopt;
}

/// The least limit of a group and of those that it lies in.
void lower_to_group(std::optional<double>& limit, const fs::path& root, const fs::path& group, const char* file) {
    for (fs::path path = group.relative_path();; path = path.parent_path()) {
        if (const std::optional<double> own = number_in(root / path / file)) {
            limit = std::min(limit.value_or(*own), *own);
        }
        if (path.empty()) {
            return;
        }
    }
}

/// Bytes that a process has of its address space (0) or of data and stack (5), by /proc/self/statm.
double used(int field) {
    std::ifstream counts{"/proc/self/statm"};
    double pages = 0.0;
    for (int i = 0; i <= field; ++i) {
        counts >> pages;
    }
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// What one of the process's own limits leaves of it.
std::optional<double> left_of(int resource, int field) {
    struct rlimit limit {};
    if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return std::nullopt;
    }
    return std::max(0.0, static_cast<double>(limit.rlim_cur) - used(field));
}

std::optional<double> machine_memory() {
    struct sysinfo info {};
    if (sysinfo(&info) != 0) {
        return std::nullopt;
    }
    return (static_cast<double>(info.totalram) + static_cast<double>(info.totalswap)) * info.mem_unit;
}

}  // namespace

std::optional<double> control_group_limit(const fs::path& groups, const fs::path& root) {
    std::optional<double> limit;
    std::ifstream lines{groups};
    // "0::/user.slice" of version 2, "4:memory:/job" of version 1.
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) {
            continue;
        }
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const fs::path group = line.substr(second + 1);
        if (controllers.empty()) {
            lower_to_group(limit, root, group, "memory.max");
            lower_to_group(limit, root / "unified", group, "memory.max");
        } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
            lower_to_group(limit, root / "memory", group, "memory.limit_in_bytes");
        }
    }
    return limit;
}

MemoryLimit memory_limit() {
    struct Candidate {
        std::optional<double> bytes;
        const char* whose;
    };
    const std::vector<Candidate> candidates{
        {machine_memory(), "the memory of this machine"},
        {control_group_limit("/proc/self/cgroup", "/sys/fs/cgroup"), "the memory limit of the control group"},
        {left_of(RLIMIT_AS, 0), "which the limit of ulimit -v leaves"},
        {left_of(RLIMIT_DATA, 5), "which the limit of ulimit -d leaves"}};
    MemoryLimit least{.bytes = none_of_version_1, .whose = "the address space"};
    for (const Candidate& candidate : candidates) {
        if (candidate.bytes && *candidate.bytes < least.bytes) {
            least = {.bytes = *candidate.bytes, .whose = candidate.whose};
        }
    }
    return least;
}

}  // namespace mlaasim::run
