// Ranks go on together: an error on one of them is told once and ends the run on all.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {

/// Thrown on every rank when a step failed on any; the message has been printed once.
struct SetupFailed {
    int exit_code;
};

/// Runs a step on every rank. When the environment lets it fail on any rank (InputError, the operating system, memory),
/// the lowest such rank prints the message and all ranks throw SetupFailed. Collective.
void agree(const sim::Communicator& communicator, const std::function<void()>& step);

/// Refuses the run when `mine` is not on every rank what it is on rank 0. `verb`: "runs", "has". Collective.
void expect_same(const sim::Communicator& communicator, const std::string& mine, std::string_view verb,
                 const std::string& expected, const std::string& hint);

}  // namespace mlaasim::run
