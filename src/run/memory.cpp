#include "run/memory.hpp"

#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <new>
#include <vector>

#include "fl/local_training.hpp"
#include "run/memory_needs.hpp"
#include "run/process.hpp"

namespace mlaasim::run {
namespace {

constexpr double mebi = 1024.0 * 1024.0;

/// "; `ulimit -v` allows 600 MiB", or nothing where there is no limit.
std::string limit(decltype(RLIMIT_AS) resource, const char* option) {
    rlimit now{};
    if (getrlimit(resource, &now) != 0 || now.rlim_cur == RLIM_INFINITY) {
        return "";
    }
    return fmt::format("; `ulimit {}` allows {:.0f} MiB", option, static_cast<double>(now.rlim_cur) / mebi);
}

/// What this process has, and may have.
std::string situation() {
    return fmt::format("this process has {:.0f} MiB in memory and {:.0f} MiB of addresses{}{}", resident_mib(),
                       address_space_mib(), limit(RLIMIT_AS, "-v"), limit(RLIMIT_DATA, "-d"));
}

/// "; of what is known, ... take most: at least 1000 bytes (1.0 MiB), by model.hidden".
std::string largest_need(const Scenario& scenario) {
    const std::vector<MemoryNeed> needs = memory_needs(scenario);
    const auto largest = std::ranges::max_element(needs, {}, &MemoryNeed::bytes);
    if (largest == needs.end()) {
        return "";
    }
    return fmt::format(". Of what is known beforehand, {} the most: at least {:.0f} bytes ({:.1f} MiB), decided by {}",
                       largest->what, largest->bytes, largest->bytes / mebi, largest->path);
}

}  // namespace

bool is_out_of_memory(const std::exception& error) {
    return dynamic_cast<const std::bad_alloc*>(&error) != nullptr || fl::is_torch_out_of_memory(error);
}

sim::Problem out_of_memory(const std::string& step, const Scenario* scenario) {
    return {.what = fmt::format("memory ran out{}{}: {}{}", step.empty() ? "" : " in this step: ", step, situation(),
                                scenario == nullptr ? "" : largest_need(*scenario)),
            .hint =
                "`mlaasim plan` predicts what a run needs; make the scenario smaller, use more nodes, or raise the "
                "limit"};
}

void expect_addresses(double bytes, const std::string& what) {
    const auto count = static_cast<std::size_t>(bytes);
    void* const taken =
        mmap(nullptr, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (taken == MAP_FAILED) {
        throw sim::InputError(
            {.what = fmt::format("there is no memory for {}: at least {:.0f} bytes ({:.0f} MiB) are needed, and {}",
                                 what, bytes, bytes / mebi, situation()),
             .hint = "raise the limit"});
    }
    munmap(taken, count);
}

}  // namespace mlaasim::run
