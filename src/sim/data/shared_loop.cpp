#include "sim/data/shared_loop.hpp"

#include <sched.h>

#include <algorithm>
#include <future>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// Where the system does not allow it, the thread stays where it is: slower, and the same result.
void use_every_core() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (int core = 0; core < CPU_SETSIZE; ++core) {
        CPU_SET(core, &cores);
    }
    static_cast<void>(sched_setaffinity(0, sizeof cores, &cores));
}

}  // namespace

void shared_loop(std::uint32_t count, std::uint32_t step, unsigned threads,
                 const std::function<void(std::uint32_t first, std::uint32_t last)>& part) {
    expects(step > 0 && threads > 0, "a loop has steps, and a thread to make them");
    const std::uint64_t steps = (std::uint64_t{count} + step - 1) / step;
    const auto begin_of = [&](std::uint64_t thread) {
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(steps * thread / threads * step, count));
    };
    std::vector<std::future<void>> others;
    for (unsigned thread = 1; thread < threads; ++thread) {
        others.push_back(std::async(std::launch::async, [&part, first = begin_of(thread), last = begin_of(thread + 1)] {
            use_every_core();
            part(first, last);
        }));
    }
    part(0, begin_of(1));
    for (std::future<void>& other : others) {
        other.get();
    }
}

}  // namespace mlaasim::sim
