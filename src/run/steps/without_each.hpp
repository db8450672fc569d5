// The models that a composition would have without each of its members.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "run/worker.hpp"

namespace mlaasim::run {

/// Loads the served model without each of those members whose updates this rank owns into the worker's evaluator, some
/// at a time, and calls `evaluate` after each loading with their positions in `members`.
void load_without_each(Worker& worker, const std::vector<sim::ServiceId>& members,
                       const std::function<void(std::span<const std::size_t> left_out)>& evaluate);

}  // namespace mlaasim::run
