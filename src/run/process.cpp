#include "run/process.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "signal handlers may only touch lock-free atomics");

void request_stop(int /*signal*/) { stop_requested.store(true, std::memory_order_relaxed); }

/// Of Ctrl-C: a round may take minutes, so the user is told at once that the key was seen.
void request_stop_aloud(int signal) {
    const int error = errno;
    request_stop(signal);
    constexpr std::string_view text =
        "\nmlaasim: stopping after this round, which is then committed; press Ctrl-C again to stop at once\n";
    static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
    errno = error;
}

void handle(int signal, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void watch_signals() {
    for (const int signal : {SIGTERM, SIGUSR1, SIGUSR2}) {
        handle(signal, request_stop, SA_RESTART);
    }
    // A launcher deals with Ctrl-C itself; a shell lets programs in the background ignore it.
    if (!sim::launched_by_mpi() && !is_ignored(SIGINT)) {
        handle(SIGINT, request_stop_aloud, SA_RESTART | static_cast<int>(SA_RESETHAND));
    }
}

bool asked_to_stop() { return stop_requested.load(std::memory_order_relaxed); }

namespace {

struct Pages {
    std::int64_t total = 0;
    std::int64_t resident = 0;
    std::int64_t shared = 0;
};

Pages pages() {
    Pages count;
    std::ifstream{"/proc/self/statm"} >> count.total >> count.resident >> count.shared;
    return count;
}

double mib(std::int64_t count) {
    return static_cast<double>(count) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
}

}  // namespace

double resident_mib() { return mib(pages().resident); }

double private_mib() {
    const Pages now = pages();
    return mib(now.resident - now.shared);
}

double address_space_mib() { return mib(pages().total); }

std::string process_name() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return std::string{host.data()} + ":" + std::to_string(getpid());
}

}  // namespace mlaasim::run
