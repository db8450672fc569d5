// Whether the launcher started every rank alike.
#pragma once

#include <string>
#include <vector>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::app {

/// Refuses the run when a rank was not started as rank 0 was: with other arguments (those after the program's name),
/// from another build of the program, or in another folder. Where the program file lies may differ. Throws SetupFailed.
///
/// Collective, and the first one that every subcommand enters: ranks that were started to do unlike things meet here,
/// before one of them waits for something that another never does.
void expect_same_start(const sim::Communicator& communicator, const std::vector<std::string>& arguments);

}  // namespace mlaasim::app
