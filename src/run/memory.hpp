// Memory that can't be had is an error of the environment: in which step it ran out, and what the scenario needs.
#pragma once

#include <exception>
#include <string>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {

/// True for std::bad_alloc, and for LibTorch's own error of that kind.
[[nodiscard]] bool is_out_of_memory(const std::exception& error);

/// The problem to report. `step`: what the process was doing, may be empty. `scenario`: its largest known need is
/// named, with the option that decides it; may be absent.
[[nodiscard]] sim::Problem out_of_memory(const std::string& step, const Scenario* scenario = nullptr);

/// Runs a part of a scenario's simulation. When memory runs out in it, throws InputError, which names the
/// communicator's step and what the scenario needs.
template <class Part>
auto with_memory(const Scenario& scenario, const sim::Communicator& communicator, Part part) {
    try {
        return part();
    } catch (const std::exception& error) {
        if (is_out_of_memory(error)) {
            throw sim::InputError(out_of_memory(communicator.step(), &scenario));
        }
        throw;
    }
}

/// Throws InputError when this process may not take so many bytes of addresses, which are given back at once. For
/// libraries that crash when they get none. `what` needs them.
void expect_addresses(double bytes, const std::string& what);

}  // namespace mlaasim::run
