#include "run/agreement.hpp"

#include <fmt/core.h>

#include "run/failure.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

void agree(const sim::Communicator& communicator, const std::function<void()>& step) {
    std::string message;
    try {
        step();
    } catch (const std::exception& error) {
        const Failure failure = failure_of(error, communicator.step());
        if (failure.code != sim::ExitCode::input) {
            throw;
        }
        message = failure.message;
    }
    // The largest of -rank over the failed ranks names the lowest of them.
    const std::int64_t none = -static_cast<std::int64_t>(communicator.size());
    const std::int64_t failed =
        communicator.maximum(message.empty() ? none : -static_cast<std::int64_t>(communicator.rank()));
    if (failed == none) {
        return;
    }
    if (-failed == communicator.rank()) {
        communicator.is_root() ? print_error(message) : print_error_of_rank(communicator.rank(), message);
    }
    communicator.barrier();
    throw SetupFailed{static_cast<int>(sim::ExitCode::input)};
}

void expect_same(const sim::Communicator& communicator, const std::string& mine, std::string_view verb,
                 const std::string& expected, const std::string& hint) {
    std::string roots = mine;
    communicator.broadcast(roots);
    agree(communicator, [&] {
        if (mine != roots) {
            throw sim::InputError({.what = fmt::format("this rank {} {}, but rank 0 {} {}", verb, mine, verb, roots),
                                   .expected = expected,
                                   .hint = hint});
        }
    });
}

}  // namespace mlaasim::run
