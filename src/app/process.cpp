#include "app/process.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
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

void watch_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGUSR1, &action, nullptr);
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

std::string process_name() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return std::string{host.data()} + ":" + std::to_string(getpid());
}

}  // namespace mlaasim::app
