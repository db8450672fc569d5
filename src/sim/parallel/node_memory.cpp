#include "sim/parallel/node_memory.hpp"

#include <mpi.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "sim/parallel/mpi_check.hpp"

namespace mlaasim::sim {

/// A word for each rank of the node, all of them with the node's first rank.
struct NodeMemory::Window {
    Window(MPI_Comm node, bool is_first, std::size_t ranks) {
        const auto bytes = static_cast<MPI_Aint>(is_first ? ranks * sizeof(std::uint64_t) : 0);
        void* own = nullptr;
        if (MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, node, &own, &window) != MPI_SUCCESS) {
            return;
        }
        MPI_Aint size = 0;
        int unit = 0;
        void* first = nullptr;
        check_mpi(MPI_Win_shared_query(window, 0, &size, &unit, &first), "MPI_Win_shared_query");
        words = {static_cast<std::uint64_t*>(first), ranks};
        if (is_first) {
            std::ranges::fill(words, 0);
        }
    }
    ~Window() {
        // Freeing waits for the other ranks, which an error may have kept from coming here.
        if (window != MPI_WIN_NULL && std::uncaught_exceptions() == 0) {
            MPI_Win_free(&window);
        }
    }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    MPI_Win window = MPI_WIN_NULL;
    std::span<std::uint64_t> words;
};

NodeMemory::NodeMemory(int rank) {
    MPI_Comm node = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &node),
              "MPI_Comm_split_type");
    check_mpi(MPI_Comm_rank(node, &rank_on_node_), "MPI_Comm_rank");
    check_mpi(MPI_Comm_size(node, &ranks_on_node_), "MPI_Comm_size");
    std::vector<int> ranks(static_cast<std::size_t>(ranks_on_node_));
    check_mpi(MPI_Allgather(&rank, 1, MPI_INT, ranks.data(), 1, MPI_INT, node), "MPI_Allgather");
    window_ = std::make_unique<Window>(node, rank_on_node_ == 0, ranks.size());
    // Where one rank lacks it, all do without; and the first has cleared the words when the others go on.
    int shared = window_->words.empty() ? 0 : 1;
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, &shared, 1, MPI_INT, MPI_MIN, node), "MPI_Allreduce");
    check_mpi(MPI_Comm_free(&node), "MPI_Comm_free");
    board_ = shared != 0 ? std::make_unique<NodeBoard>(rank, std::move(ranks), window_->words)
                         : std::make_unique<NodeBoard>(rank, std::vector{rank}, std::span{&alone_, 1});
}

NodeMemory::~NodeMemory() = default;

}  // namespace mlaasim::sim
