#include "sim/parallel/shared_work.hpp"

#include <algorithm>

#include "sim/parallel/node_board.hpp"

namespace mlaasim::sim {

SharedWork::SharedWork(std::span<const double> costs, const Communicator& communicator)
    : communicator_{communicator}, placement_{Decomposition::balance(costs, communicator.size())} {
    NodeBoard& board = communicator_.board();
    board.next_work();
    for (const int rank : board.ranks()) {
        const auto items = placement_.items(rank);
        auto& share = shares_.emplace_back(items.begin(), items.end());
        std::ranges::stable_sort(share, [&](std::uint32_t a, std::uint32_t b) { return costs[a] > costs[b]; });
    }
}

std::optional<std::uint32_t> SharedWork::next() {
    const NodeBoard& board = communicator_.board();
    if (const auto own = take(board.here())) {
        return own;
    }
    for (;;) {
        std::size_t slowest = board.here();
        for (std::size_t place = 0; place < shares_.size(); ++place) {
            slowest = left(place) > left(slowest) ? place : slowest;
        }
        if (left(slowest) == 0) {
            return std::nullopt;
        }
        if (const auto other = take(slowest)) {
            return other;
        }
    }
}

std::optional<std::uint32_t> SharedWork::take(std::size_t place) {
    const auto& share = shares_[place];
    const auto position = communicator_.board().take(place, share.size());
    return position ? std::optional{share[*position]} : std::nullopt;
}

std::size_t SharedWork::left(std::size_t place) const {
    return shares_[place].size() - communicator_.board().taken(place);
}

}  // namespace mlaasim::sim
