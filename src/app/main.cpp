#include <cstdio>
#include <cstdlib>

#include "app/command_line.hpp"
#include "app/process.hpp"

int main(int argc, char** argv) {
    mlaasim::app::fix_numeric_environment();
    const int exit_code = mlaasim::app::execute(argc, argv);
    if (exit_code != 0) {
        // Without the libraries' own farewells: HDF5 would try once more to write to a disk that is full.
        std::fflush(nullptr);
        std::_Exit(exit_code);
    }
    return exit_code;
}
