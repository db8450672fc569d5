// The refusal of a checkpoint that another policy wrote.
#pragma once

#include <cstddef>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

/// Throws InputError unless a policy's state has the size that this policy writes.
inline void check_state_size(std::size_t size, std::size_t expected) {
    if (size != expected) {
        throw sim::InputError(sim::Problem{.what = "the checkpoint's bandit state does not fit the policy (" +
                                                   std::to_string(size) + " numbers, not " + std::to_string(expected) +
                                                   ")",
                                           .expected = "the state of the policy that the scenario names",
                                           .hint = "resume with the bandit.policy that wrote the checkpoint"});
    }
}

}  // namespace mlaasim::composition
