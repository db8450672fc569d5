// Turns an exception that nobody handled into a message and an exit code.
#pragma once

#include <exception>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::run {

struct Failure {
    std::string message;
    sim::ExitCode code;
};

/// InputError, what the operating system refuses, and memory that can't be had are of the environment; all else is a
/// bug. `step`: what the rank was doing, for the message; may be empty.
[[nodiscard]] Failure failure_of(const std::exception& error, const std::string& step);

/// Prints an error to stderr the same way everywhere: "mlaasim: error: ...", one line per problem.
void print_error(const std::string& message);
/// The same, where it may not be clear whose error it is: with the rank, and this process.
void print_error_of_rank(int rank, const std::string& message);

}  // namespace mlaasim::run
