#include "sim/parallel/mpi_check.hpp"

#include <mpi.h>

#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

void check_mpi(int code, const char* call) {
    if (code != MPI_SUCCESS) {
        char text[MPI_MAX_ERROR_STRING];
        int length = 0;
        MPI_Error_string(code, text, &length);
        throw InputError(
            {.what = std::string(call) + " failed: " + std::string(text, static_cast<std::size_t>(length))});
    }
}

}  // namespace mlaasim::sim
