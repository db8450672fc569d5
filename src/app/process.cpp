#include "app/process.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include "sim/communicator.hpp"

namespace mlaasim::app {
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

bool is_terminal(const std::string& path) {
    std::array<char, 256> target{};
    const ssize_t length = readlink(path.c_str(), target.data(), target.size() - 1);
    const std::string name{target.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    return name.starts_with("/dev/pts/") || name.starts_with("/dev/tty");
}

}  // namespace

void fix_numeric_environment() {
#if defined(__x86_64__)
    // LibTorch multiplies with MKL and convolves with oneDNN. Both choose their code by the processor, whatever
    // LibTorch was told; so they are told the same.
    const char* const asked = std::getenv("ATEN_CPU_CAPABILITY");
    const std::string_view set = asked != nullptr ? asked : "";
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && set != "default";
    setenv("MKL_CBWR", avx2 ? "AVX2" : "COMPATIBLE", 1);
    setenv("ONEDNN_MAX_CPU_ISA", set == "avx2" ? "AVX2" : set == "default" ? "SSE41" : "AVX512_CORE", 1);
#endif
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("MKL_NUM_THREADS", "1", 1);
}

void open_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
            // The lowest free number is taken, which is this one.
            static_cast<void>(open("/dev/null", O_RDWR));
        }
    }
}

void let_large_writes_fail() { handle(SIGXFSZ, SIG_IGN, 0); }

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

void end_with_launcher() {
    if (!sim::launched_by_mpi()) {
        return;
    }
    std::thread([launcher = getppid()] {
        while (getppid() == launcher) {
            std::this_thread::sleep_for(std::chrono::milliseconds{200});
        }
        std::_Exit(EXIT_FAILURE);
    }).detach();
}

bool on_terminal() {
    // mpirun gives its ranks pseudo-terminals and pipes of its own, whatever it writes to itself.
    return sim::launched_by_mpi() ? is_terminal("/proc/" + std::to_string(getppid()) + "/fd/1")
                                  : isatty(STDOUT_FILENO) != 0;
}

bool wants_colour() {
    const char* no_colour = std::getenv("NO_COLOR");
    return on_terminal() && (no_colour == nullptr || *no_colour == '\0');
}

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

}  // namespace mlaasim::app
