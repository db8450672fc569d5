// The least that a LibTorch + MPI program takes to start: initialise MPI, multiply two small matrices, meet, finish.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <mpi.h>

#include <cstdio>

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    at::set_num_threads(1);
    const at::Tensor product = at::mm(at::ones({32, 784}), at::ones({784, 64}));
    MPI_Barrier(MPI_COMM_WORLD);
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 0) {
        std::printf("ready %.0f\n", product.sum().item<double>());
        std::fflush(stdout);
    }
    MPI_Finalize();
    return 0;
}
