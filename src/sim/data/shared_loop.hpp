// A loop whose parts run at the same time, on the cores of ranks that wait meanwhile.
#pragma once

#include <cstdint>
#include <functional>

namespace mlaasim::sim {

/// Calls `part(first, last)` for ranges that cover [0, count), each beginning at a multiple of `step`, on as many
/// threads. What is thrown in a part is thrown here. The threads may use every core of the machine, though a launcher
/// has bound this process to one: the process that calls has the others' cores while they wait for it.
void shared_loop(std::uint32_t count, std::uint32_t step, unsigned threads,
                 const std::function<void(std::uint32_t first, std::uint32_t last)>& part);

}  // namespace mlaasim::sim
