// Who owns which: items (services to train, clients to evaluate) shared out over ranks by predicted cost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::sim {

/// A placement of items on ranks. Results never depend on it: any rank can process any item.
class Decomposition {
public:
    /// Longest processing time first: items by falling cost (ties by index), each to the rank with the least work so
    /// far (ties by number of items, then by rank). Within 4/3 of the best possible makespan (Graham 1969).
    [[nodiscard]] static Decomposition balance(std::span<const double> costs, int ranks);

    [[nodiscard]] int rank_of(std::uint32_t item) const { return rank_of_[item]; }
    /// The items of a rank, ascending.
    [[nodiscard]] std::span<const std::uint32_t> items(int rank) const {
        return items_[static_cast<std::size_t>(rank)];
    }
    /// Largest rank's predicted cost over the mean; 1 is perfect.
    [[nodiscard]] double imbalance() const { return imbalance_; }

private:
    std::vector<int> rank_of_;
    std::vector<std::vector<std::uint32_t>> items_;
    double imbalance_ = 1.0;
};

}  // namespace mlaasim::sim
