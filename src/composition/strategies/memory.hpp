// What strategies remember from round to round.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "composition/archive.hpp"
#include "composition/bandit/policy.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

/// Every strategy saves all of it, also what it does not need, so that all checkpoints have the same arrays.
struct StrategyMemory {
    explicit StrategyMemory(const BanditOptions& options, std::size_t width = context_width)
        : policy{options.policy->make(width)} {}

    void archive(Archive& archive);

    std::unique_ptr<Policy> policy;                ///< which candidates are tried
    std::vector<sim::ServiceId> adapted_before{};  ///< at test time, in the assessment before
};

}  // namespace mlaasim::composition
