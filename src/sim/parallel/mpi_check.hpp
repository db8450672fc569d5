// Errors of MPI as errors of the program.
#pragma once

namespace mlaasim::sim {

/// Throws InputError where a call of MPI gave another code than success. `call`: its name.
void check_mpi(int code, const char* call);

}  // namespace mlaasim::sim
