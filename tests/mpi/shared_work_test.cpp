#include "sim/parallel/shared_work.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

// As in communicator_mpi_test.cpp, assertions that end a test come last.
namespace mlaasim::sim {
namespace {

class MpiSharedWork : public ::testing::Test {
protected:
    /// Goes through a work to its end.
    std::vector<std::uint32_t> rest_of(SharedWork& work) {
        std::vector<std::uint32_t> items;
        while (const auto item = work.next()) {
            items.push_back(*item);
        }
        return items;
    }
    /// What all ranks have, ascending, on rank 0.
    std::vector<std::uint32_t> together(const std::vector<std::uint32_t>& mine) const {
        std::vector<std::uint32_t> all = world.gather_records(mine);
        std::ranges::sort(all);
        return all;
    }
    [[nodiscard]] std::vector<std::uint32_t> first_items(std::size_t count) const {
        std::vector<std::uint32_t> items(world.is_root() ? count : 0);
        std::iota(items.begin(), items.end(), 0U);
        return items;
    }

    const Communicator world = Communicator::mpi();
};

TEST_F(MpiSharedWork, RanksOfOneNodeShareABoard) {
    EXPECT_EQ(world.board().ranks().size(), static_cast<std::size_t>(world.size()));
    EXPECT_EQ(world.board().here(), static_cast<std::size_t>(world.rank()));
}

/// All ranks take at once, work after work.
TEST_F(MpiSharedWork, EachItemIsTakenByOneRank) {
    for (const std::size_t items : {std::size_t{50000}, std::size_t{3}, std::size_t{0}, std::size_t{20000}}) {
        const std::vector<double> costs(items, 1.0);
        world.barrier();
        SharedWork work{costs, world};
        EXPECT_EQ(together(rest_of(work)), first_items(items));
    }
}

/// A rank that begins nothing has nothing left when it comes to it.
TEST_F(MpiSharedWork, OthersTakeOverTheShareOfARankThatIsHeldUp) {
    const std::vector<double> costs{3.0, 1.0, 2.0, 1.0, 5.0, 1.0, 1.0, 1.0};
    for (int late = 0; late < world.size(); ++late) {
        world.barrier();
        SharedWork work{costs, world};
        std::vector<std::uint32_t> mine;
        if (world.rank() != late) {
            mine = rest_of(work);
        }
        world.barrier();
        if (world.rank() == late) {
            const std::size_t left = world.size() == 1 ? costs.size() : 0;
            EXPECT_EQ((mine = rest_of(work)).size(), left);
        }
        EXPECT_EQ(together(mine), first_items(costs.size())) << "rank " << late << " was late";
    }
}

}  // namespace
}  // namespace mlaasim::sim
