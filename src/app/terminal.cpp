#include "app/terminal.hpp"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::app {
namespace {

bool is_terminal(const std::string& path) {
    std::array<char, 256> target{};
    const ssize_t length = readlink(path.c_str(), target.data(), target.size() - 1);
    const std::string name{target.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    return name.starts_with("/dev/pts/") || name.starts_with("/dev/tty");
}

}  // namespace

bool on_terminal() {
    // mpirun gives its ranks pseudo-terminals and pipes of its own, whatever it writes to itself.
    return sim::launched_by_mpi() ? is_terminal("/proc/" + std::to_string(getppid()) + "/fd/1")
                                  : isatty(STDOUT_FILENO) != 0;
}

bool wants_colour() {
    const char* no_colour = std::getenv("NO_COLOR");
    return on_terminal() && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace mlaasim::app
