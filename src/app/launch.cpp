#include "app/launch.hpp"
#include "app/process_start.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "app/same_start.hpp"
#include "app/start_notice.hpp"
#include "run/agreement.hpp"
#include "run/failure.hpp"
#include "run/memory.hpp"
#include "run/process.hpp"

namespace mlaasim::app {
namespace {

using Clock = std::chrono::steady_clock;
using Step = std::function<int()>;

/// MLAASIM_WAIT_NOTICE in seconds, else a minute.
std::chrono::milliseconds time_before_notice() {
    const char* const set = std::getenv("MLAASIM_WAIT_NOTICE");
    if (set == nullptr || *set == '\0') {
        return std::chrono::minutes{1};
    }
    const std::string_view text{set};
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr int most = 1'000'000;
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 1 || seconds > most) {
        throw sim::InputError({.what = fmt::format("MLAASIM_WAIT_NOTICE is {}", text),
                               .expected = "a whole number of seconds from 1 to 1,000,000"});
    }
    return std::chrono::seconds{seconds};
}

sim::WaitNotice wait_notice() {
    return {.process = run::process_name(), .first = time_before_notice(), .tell = [](const std::string& text) {
                fmt::print(stderr, "mlaasim: {}\n", text);
                std::fflush(stderr);
            }};
}

int guarded(const Step& step) {
    try {
        return step();
    } catch (const run::SetupFailed& failed) {
        return failed.exit_code;
    }
}

int alone(Clock::time_point started, const std::function<int(const Launch&)>& command) {
    const Launch launch{.communicator = sim::Communicator::serial(), .started = started};
    try {
        return guarded([&] { return command(launch); });
    } catch (const std::exception& error) {
        const run::Failure failure = run::failure_of(error, launch.communicator.step());
        run::print_error(failure.message);
        return static_cast<int>(failure.code);
    }
}

int on_all_ranks(int argc, char** argv, Clock::time_point started, const std::function<int(const Launch&)>& command) {
    // Measured: MPI_Init takes 60 to 110 MiB, and crashes in many ways when it gets less.
    run::expect_addresses(256.0 * 1024 * 1024, "the start of MPI");
    end_with_launcher();
    const std::vector<std::string> arguments{argv + 1, argv + argc};
    sim::WaitNotice notice = wait_notice();
    const auto before_mpi = Clock::now();
    const sim::MpiScope mpi = [&] {
        const StartNotice waiting{notice};
        return sim::MpiScope{argc, argv};
    }();
    const Launch launch{.communicator = sim::Communicator::mpi(std::move(notice)),
                        .started = started,
                        .mpi_start = Clock::now() - before_mpi};
    const sim::Communicator& communicator = launch.communicator;
    try {
        return guarded([&] {
            communicator.begin("comparison of how all ranks were started");
            expect_same_start(communicator, arguments);
            return command(launch);
        });
    } catch (const std::exception& error) {
        // An error that only some ranks see must end all of them: nobody may wait for a rank that has left.
        const run::Failure failure = run::failure_of(error, communicator.step());
        run::print_error_of_rank(communicator.rank(), failure.message);
        sim::MpiScope::abort(static_cast<int>(failure.code));
    }
}

}  // namespace

int launch(int argc, char** argv, const std::function<int(const Launch&)>& command) {
    const auto started = Clock::now();
    if (!sim::launched_by_mpi()) {
        return alone(started, command);
    }
    try {
        return on_all_ranks(argc, argv, started, command);
    } catch (const std::exception& error) {
        // Before MPI has started: the launcher ends the other ranks.
        const run::Failure failure = run::failure_of(error, "start of MPI");
        run::print_error_of_rank(sim::launched_rank().value_or(0), failure.message);
        return static_cast<int>(failure.code);
    }
}

}  // namespace mlaasim::app
