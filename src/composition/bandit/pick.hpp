// Picking arms by their scores.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

/// The `count` best rows by total score, best first, ties by service id.
[[nodiscard]] std::vector<std::size_t> pick_best(const Contexts& contexts, std::span<const std::size_t> rows,
                                                 std::span<const ArmScore> scores, std::size_t count);

/// Alg. 4 as printed: `count` times, the best of floor(rows / count) (at least 1) rows drawn from those not yet picked.
[[nodiscard]] std::vector<std::size_t> pick_from_subsets(const Contexts& contexts, std::span<const std::size_t> rows,
                                                         std::span<const ArmScore> scores, std::size_t count,
                                                         sim::RandomStream& random);

/// Best first; each pick is random with probability `epsilon`.
[[nodiscard]] std::vector<std::size_t> pick_epsilon_greedy(const Contexts& contexts, std::span<const std::size_t> rows,
                                                           std::span<const ArmScore> scores, std::size_t count,
                                                           double epsilon, sim::RandomStream& random);

}  // namespace mlaasim::composition
