// What the ranks of one node tell each other without waiting: how many items of each rank's share have been taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlaasim::sim {

/// A word for each rank of a node, in memory that all of them see.
///
/// A word holds the number of the work that it belongs to beside its count, so a word of an earlier work reads as
/// nothing taken, and no rank has to clear it. Between two works lies a collective operation.
class NodeBoard {
public:
    /// `ranks` of the node, ascending, and their words, zero at first. `rank` is this one.
    NodeBoard(int rank, std::vector<int> ranks, std::span<std::uint64_t> words);

    [[nodiscard]] std::span<const int> ranks() const { return ranks_; }
    /// This rank's position among them.
    [[nodiscard]] std::size_t here() const { return here_; }

    /// Every rank calls it once before a work.
    void next_work() { ++work_; }
    /// How many items have been taken from the share of the rank at this position.
    [[nodiscard]] std::uint32_t taken(std::size_t place) const;
    /// Takes the next item of a share of so many; its position, which no other rank gets, or nothing when all are
    /// taken.
    [[nodiscard]] std::optional<std::uint32_t> take(std::size_t place, std::size_t items);

private:
    [[nodiscard]] std::uint32_t count_in(std::uint64_t word) const;

    std::vector<int> ranks_;
    std::span<std::uint64_t> words_;
    std::size_t here_;
    std::uint32_t work_ = 0;
};

}  // namespace mlaasim::sim
