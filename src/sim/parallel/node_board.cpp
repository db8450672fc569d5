#include "sim/parallel/node_board.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

NodeBoard::NodeBoard(int rank, std::vector<int> ranks, std::span<std::uint64_t> words)
    : ranks_{std::move(ranks)},
      words_{words},
      here_{static_cast<std::size_t>(std::ranges::find(ranks_, rank) - ranks_.begin())} {
    expects(here_ < ranks_.size() && words_.size() == ranks_.size(), "every rank of the node has a word");
}

std::uint32_t NodeBoard::count_in(std::uint64_t word) const {
    return word >> 32U == work_ ? static_cast<std::uint32_t>(word) : 0;
}

std::uint32_t NodeBoard::taken(std::size_t place) const {
    return count_in(std::atomic_ref{words_[place]}.load(std::memory_order_relaxed));
}

std::optional<std::uint32_t> NodeBoard::take(std::size_t place, std::size_t items) {
    const std::atomic_ref word{words_[place]};
    std::uint64_t seen = word.load(std::memory_order_relaxed);
    for (;;) {
        const std::uint32_t count = count_in(seen);
        if (count >= items) {
            return std::nullopt;
        }
        const std::uint64_t next = (std::uint64_t{work_} << 32U) | (count + 1);
        if (word.compare_exchange_weak(seen, next, std::memory_order_relaxed)) {
            return count;
        }
    }
}

}  // namespace mlaasim::sim
