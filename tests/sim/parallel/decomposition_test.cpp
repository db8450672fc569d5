#include "sim/parallel/decomposition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::sim {
namespace {

using Costs = std::vector<double>;
using Items = std::vector<std::uint32_t>;

Items items_of(const Decomposition& placement, int rank) {
    const auto items = placement.items(rank);
    return {items.begin(), items.end()};
}

double makespan(const Decomposition& placement, const Costs& costs, int ranks) {
    double heaviest = 0.0;
    for (int rank = 0; rank < ranks; ++rank) {
        double load = 0.0;
        for (const std::uint32_t item : placement.items(rank)) {
            load += costs[item];
        }
        heaviest = std::max(heaviest, load);
    }
    return heaviest;
}

void expect_exact_cover(const Decomposition& placement, std::size_t count, int ranks) {
    Items all;
    for (int rank = 0; rank < ranks; ++rank) {
        const Items items = items_of(placement, rank);
        EXPECT_TRUE(std::is_sorted(items.begin(), items.end()));
        for (const std::uint32_t item : items) {
            EXPECT_EQ(placement.rank_of(item), rank);
            all.push_back(item);
        }
    }
    std::sort(all.begin(), all.end());
    Items expected(count);
    std::iota(expected.begin(), expected.end(), 0U);
    EXPECT_EQ(all, expected);
}

TEST(Decomposition, LongestFirstByHand) {
    // 7 -> rank 0, 5 -> 1, 4 -> 1 (5 < 7), 3 -> 0 (7 < 9), 1 -> 1 (9 < 10): 10 and 10.
    const Costs costs{3, 1, 7, 4, 5};
    const auto placement = Decomposition::balance(costs, 2);
    EXPECT_EQ(items_of(placement, 0), (Items{0, 2}));
    EXPECT_EQ(items_of(placement, 1), (Items{1, 3, 4}));
    EXPECT_DOUBLE_EQ(placement.imbalance(), 1.0);
}

TEST(Decomposition, TiesGoByIndex) {
    const auto placement = Decomposition::balance(Costs(7, 2.0), 3);
    EXPECT_EQ(items_of(placement, 0), (Items{0, 3, 6}));
    EXPECT_EQ(items_of(placement, 1), (Items{1, 4}));
    EXPECT_EQ(items_of(placement, 2), (Items{2, 5}));
    EXPECT_DOUBLE_EQ(placement.imbalance(), 6.0 / (14.0 / 3.0));
}

TEST(Decomposition, IsAnExactCoverWithinAListSchedulesBound) {
    for (std::uint32_t round = 0; round < 200; ++round) {
        RandomStream random{Seed{3}, Purpose::test, 0, round};
        Costs costs(random.below(60));
        std::generate(costs.begin(), costs.end(), [&] { return random.gamma(0.5) * 100.0; });
        const int ranks = 1 + static_cast<int>(random.below(9));
        const auto placement = Decomposition::balance(costs, ranks);
        expect_exact_cover(placement, costs.size(), ranks);
        // No placement beats the mean load or the longest item; longest first ends at most that item later.
        const double total = std::accumulate(costs.begin(), costs.end(), 0.0);
        const double longest = costs.empty() ? 0.0 : *std::max_element(costs.begin(), costs.end());
        const double load = makespan(placement, costs, ranks);
        EXPECT_GE(load * (1.0 + 1e-12), std::max(total / ranks, longest));
        EXPECT_LE(load, (total / ranks + (1.0 - 1.0 / ranks) * longest) * (1.0 + 1e-12));
        EXPECT_NEAR(placement.imbalance(), total > 0.0 ? load * ranks / total : 1.0, 1e-9);
    }
}

TEST(Decomposition, GrahamsWorstCaseReachesTheBoundAndNoMore) {
    // Two ranks, 3 3 2 2 2: the optimum is 6, longest first gives 7 = (4/3 - 1/6) 6.
    const Costs costs{3, 3, 2, 2, 2};
    EXPECT_DOUBLE_EQ(makespan(Decomposition::balance(costs, 2), costs, 2), 7.0);
    // Three ranks, 5 5 4 4 3 3 3: the optimum is 9, longest first gives 11 = (4/3 - 1/9) 9.
    const Costs three{5, 5, 4, 4, 3, 3, 3};
    EXPECT_DOUBLE_EQ(makespan(Decomposition::balance(three, 3), three, 3), 11.0);
}

TEST(Decomposition, MoreRanksThanItems) {
    const auto placement = Decomposition::balance(Costs{1, 2}, 5);
    EXPECT_EQ(placement.rank_of(1), 0);
    EXPECT_EQ(placement.rank_of(0), 1);
    for (int rank = 2; rank < 5; ++rank) {
        EXPECT_TRUE(placement.items(rank).empty());
    }
    EXPECT_DOUBLE_EQ(placement.imbalance(), 2.0 / (3.0 / 5.0));
}

TEST(Decomposition, ItemsWithoutCostSpreadToo) {
    const auto placement = Decomposition::balance(Costs(6, 0.0), 3);
    expect_exact_cover(placement, 6, 3);
    for (int rank = 0; rank < 3; ++rank) {
        EXPECT_EQ(placement.items(rank).size(), 2U);
    }
    EXPECT_DOUBLE_EQ(placement.imbalance(), 1.0);
}

TEST(Decomposition, NothingToPlace) {
    const auto placement = Decomposition::balance({}, 4);
    expect_exact_cover(placement, 0, 4);
    EXPECT_DOUBLE_EQ(placement.imbalance(), 1.0);
    EXPECT_THROW(static_cast<void>(Decomposition::balance({}, 0)), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
