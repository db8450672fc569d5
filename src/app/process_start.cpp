#include "app/process_start.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::app {

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

void let_large_writes_fail() { std::signal(SIGXFSZ, SIG_IGN); }

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

}  // namespace mlaasim::app
