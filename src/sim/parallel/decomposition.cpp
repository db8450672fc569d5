#include "sim/parallel/decomposition.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <tuple>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

Decomposition Decomposition::balance(std::span<const double> costs, int ranks) {
    expects(ranks > 0, "there is at least one rank");
    std::vector<std::uint32_t> order(costs.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return costs[a] > costs[b]; });

    // Predicted work, items, rank: items without cost spread too.
    using Load = std::tuple<double, std::size_t, int>;
    std::priority_queue<Load, std::vector<Load>, std::greater<>> loads;
    for (int rank = 0; rank < ranks; ++rank) {
        loads.emplace(0.0, 0U, rank);
    }
    Decomposition result;
    result.rank_of_.resize(costs.size());
    result.items_.resize(static_cast<std::size_t>(ranks));
    double heaviest = 0.0;
    for (const std::uint32_t item : order) {
        const auto [load, count, rank] = loads.top();
        loads.pop();
        result.rank_of_[item] = rank;
        result.items_[static_cast<std::size_t>(rank)].push_back(item);
        heaviest = std::max(heaviest, load + costs[item]);
        loads.emplace(load + costs[item], count + 1, rank);
    }
    for (auto& items : result.items_) {
        std::sort(items.begin(), items.end());
    }
    const double total = std::accumulate(costs.begin(), costs.end(), 0.0);
    result.imbalance_ = total > 0.0 ? heaviest * ranks / total : 1.0;
    return result;
}

}  // namespace mlaasim::sim
