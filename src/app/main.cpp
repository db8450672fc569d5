#include <cstdio>
#include <cstdlib>

#include "app/command_line.hpp"
#include "app/process_start.hpp"
#include "app/terminate.hpp"

namespace {

/// Called before the constructors of the libraries, in which memory may run out already.
[[gnu::section(".preinit_array"),
  gnu::used]] void (*const first_of_all)() noexcept = mlaasim::app::report_memory_at_terminate;

}  // namespace

int main(int argc, char** argv) {
    mlaasim::app::open_standard_streams();
    mlaasim::app::let_large_writes_fail();
    mlaasim::app::fix_numeric_environment();
    const int exit_code = mlaasim::app::execute(argc, argv);
    if (exit_code != 0) {
        // Skips what libraries do at exit: HDF5 would try once more to write to a disk that is full.
        std::fflush(nullptr);
        std::_Exit(exit_code);
    }
    return exit_code;
}
