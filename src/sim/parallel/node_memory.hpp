// Memory that the ranks of one node share through MPI, in which their board lies.
#pragma once

#include <memory>

#include "sim/parallel/node_board.hpp"

namespace mlaasim::sim {

/// Where MPI has no memory that ranks share, each rank is alone on a board of its own, and takes nothing over.
class NodeMemory {
public:
    /// Collective over all ranks; `rank` is this one.
    explicit NodeMemory(int rank);
    ~NodeMemory();
    NodeMemory(const NodeMemory&) = delete;
    NodeMemory& operator=(const NodeMemory&) = delete;

    [[nodiscard]] NodeBoard& board() { return *board_; }
    /// This rank's position among those of its node.
    [[nodiscard]] int rank_on_node() const { return rank_on_node_; }
    [[nodiscard]] int ranks_on_node() const { return ranks_on_node_; }

private:
    struct Window;

    int rank_on_node_ = 0;
    int ranks_on_node_ = 1;
    std::unique_ptr<Window> window_;
    std::uint64_t alone_ = 0;
    std::unique_ptr<NodeBoard> board_;
};

}  // namespace mlaasim::sim
