// Items that are placed on ranks by predicted cost, and processed by whoever gets to them first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/parallel/communicator.hpp"
#include "sim/parallel/decomposition.hpp"

namespace mlaasim::sim {

/// One rank's way through a work that all ranks share.
///
/// A rank first takes what is placed on it, the costliest first. When it has begun all of that, it takes over from the
/// rank of its node that has most items left to begin. So a slow core holds up a round by an item, not by its whole
/// share, and on equal cores next to nothing moves. Ranks of other nodes are not helped: asking a rank that computes
/// needs an answer from it on most networks, and memory that a node shares needs none.
///
/// Who processes an item is not determined. So the work's result must not depend on it.
class SharedWork {
public:
    /// Every rank makes it with the same costs, and goes through it to the end; between two works lies a collective
    /// operation.
    SharedWork(std::span<const double> costs, const Communicator& communicator);

    [[nodiscard]] const Decomposition& placement() const { return placement_; }
    /// The next item for this rank; nothing when all of the node's are taken.
    [[nodiscard]] std::optional<std::uint32_t> next();

private:
    [[nodiscard]] std::optional<std::uint32_t> take(std::size_t place);
    [[nodiscard]] std::size_t left(std::size_t place) const;

    Communicator communicator_;
    Decomposition placement_;
    std::vector<std::vector<std::uint32_t>> shares_;  ///< of the node's ranks, by falling cost
};

}  // namespace mlaasim::sim
