#include "sim/parallel/shared_work.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sim/core/error.hpp"
#include "sim/parallel/node_board.hpp"

namespace mlaasim::sim {
namespace {

std::vector<std::uint32_t> all_of(SharedWork work) {
    std::vector<std::uint32_t> items;
    while (const auto item = work.next()) {
        items.push_back(*item);
    }
    return items;
}

TEST(SharedWork, TheCostliestComeFirstAndTiesInTheirOrder) {
    const std::array costs{2.0, 5.0, 0.0, 5.0, 2.0};
    EXPECT_EQ(all_of({costs, Communicator::serial()}), (std::vector<std::uint32_t>{1, 3, 0, 4, 2}));
}

TEST(SharedWork, WithoutOthersOnItsNodeARankDoesItsShareAlone) {
    const std::array costs{4.0, 3.0, 2.0, 1.0};
    for (int rank = 0; rank < 2; ++rank) {
        const auto communicator = Communicator::dry_run(rank, 2);
        const SharedWork work{costs, communicator};
        const auto placed = work.placement().items(rank);
        EXPECT_EQ(all_of(work), std::vector<std::uint32_t>(placed.begin(), placed.end()));
        EXPECT_EQ(all_of({costs, communicator}).size(), 2U) << "the next work begins anew";
    }
}

/// Two ranks of one node, ranks 3 and 5 of all.
class TwoRanks : public ::testing::Test {
protected:
    std::array<std::uint64_t, 2> words{};
    NodeBoard three{3, {3, 5}, words};
    NodeBoard five{5, {3, 5}, words};
};

TEST_F(TwoRanks, EachItemIsTakenOnce) {
    EXPECT_EQ(three.here(), 0U);
    EXPECT_EQ(five.here(), 1U);
    three.next_work();
    five.next_work();
    EXPECT_EQ(three.take(0, 3), 0U);
    EXPECT_EQ(five.take(0, 3), 1U);
    EXPECT_EQ(three.taken(0), 2U);
    EXPECT_EQ(three.take(0, 3), 2U);
    EXPECT_EQ(five.take(0, 3), std::nullopt);
    EXPECT_EQ(three.take(0, 3), std::nullopt);
    EXPECT_EQ(five.taken(1), 0U) << "the other share is untouched";
}

/// A rank may find that another one has taken from its share before it began itself.
TEST_F(TwoRanks, NobodyClearsTheWordsOfTheWorkBefore) {
    three.next_work();
    five.next_work();
    EXPECT_EQ(five.take(1, 2), 0U);
    EXPECT_EQ(five.take(1, 2), 1U);
    three.next_work();
    EXPECT_EQ(three.taken(1), 0U);
    EXPECT_EQ(three.take(1, 2), 0U);
    five.next_work();
    EXPECT_EQ(five.take(1, 2), 1U);
    EXPECT_EQ(five.take(1, 2), std::nullopt);
}

TEST_F(TwoRanks, ARankIsOnItsBoard) { EXPECT_THROW((NodeBoard{4, {3, 5}, words}), ContractViolation); }

}  // namespace
}  // namespace mlaasim::sim
