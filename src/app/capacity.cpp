#include "app/capacity.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "run/memory_limit.hpp"

namespace mlaasim::app {
namespace {

constexpr double mebi = 1024.0 * 1024.0;

/// The cores that the scheduler may give this process; a batch system gives a job its own.
std::size_t cores_of_process() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) == 0) {
        return static_cast<std::size_t>(CPU_COUNT(&set));
    }
    return std::max(1U, std::thread::hardware_concurrency());
}

/// Of a control group that limits the time on cores: 1.5 cores are 1.
std::size_t cores_of_group(std::size_t most) {
    std::ifstream file{"/sys/fs/cgroup/cpu.max"};
    std::string quota;
    double period = 0.0;
    if (!(file >> quota >> period) || quota == "max" || period <= 0.0) {
        return most;
    }
    const double cores = std::strtod(quota.c_str(), nullptr) / period;
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::max(0.0, cores)), 1, most);
}

/// Memory that programs can have without others being swapped out; nothing known: no limit.
double available_mib(double otherwise) {
    std::ifstream file{"/proc/meminfo"};
    for (std::string name; file >> name;) {
        double kib = 0.0;
        if (name == "MemAvailable:" && file >> kib) {
            return kib / 1024.0;
        }
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return otherwise;
}

}  // namespace

Capacity capacity() {
    const double limit = run::memory_limit().bytes / mebi;
    return {.cores = cores_of_group(cores_of_process()), .memory_mib = std::min(limit, available_mib(limit))};
}

std::size_t jobs_that_fit(const Capacity& capacity, double mib_of_a_point) {
    const double by_memory = mib_of_a_point > 0.0 ? capacity.memory_mib / mib_of_a_point : 1e9;
    return std::max<std::size_t>(1, std::min(capacity.cores, static_cast<std::size_t>(std::min(1e9, by_memory))));
}

}  // namespace mlaasim::app
