#include "sim/parallel/communicator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
    const auto view = std::as_bytes(std::span{text});
    return {view.begin(), view.end()};
}

TEST(Communicator, SerialIsOneRankThatIsEverything) {
    const auto serial = Communicator::serial();
    EXPECT_EQ(serial.rank(), 0);
    EXPECT_EQ(serial.size(), 1);
    EXPECT_TRUE(serial.is_root());
    EXPECT_TRUE(serial.is_first_on_node());
    serial.barrier();
}

TEST(Communicator, SerialCollectivesChangeNothing) {
    const auto serial = Communicator::serial();
    std::array<std::int64_t, 3> values{1, -2, 3};
    serial.sum(values);
    serial.maximum(values);
    serial.broadcast(std::span<std::int64_t>{values});
    EXPECT_EQ(values, (std::array<std::int64_t, 3>{1, -2, 3}));
    EXPECT_EQ(serial.maximum(-7), -7);
    std::string text = "marketplace";
    serial.broadcast(text);
    EXPECT_EQ(text, "marketplace");
    const auto mine = bytes_of("abc");
    EXPECT_EQ(serial.gather(mine), (std::vector<std::vector<std::byte>>{mine}));
    EXPECT_EQ(serial.gather_everywhere(mine), (std::vector<std::vector<std::byte>>{mine}));
    EXPECT_EQ(serial.gather_records(std::vector<double>{1.5, 2.5}), (std::vector<double>{1.5, 2.5}));
    EXPECT_TRUE(serial.gather_records(std::vector<double>{}).empty());
}

TEST(Communicator, HundredPretendedRanks) {
    for (int rank = 0; rank < 100; ++rank) {
        const auto pretended = Communicator::dry_run(rank, 100);
        EXPECT_EQ(pretended.rank(), rank);
        EXPECT_EQ(pretended.size(), 100);
        EXPECT_EQ(pretended.is_root(), rank == 0);
        pretended.barrier();
        const auto mine = bytes_of("rank " + std::to_string(rank));

        const auto at_root = pretended.gather(mine);
        ASSERT_EQ(at_root.size(), rank == 0 ? 100U : 0U);
        const auto everywhere = pretended.gather_everywhere(mine);
        ASSERT_EQ(everywhere.size(), 100U);
        for (int other = 0; other < 100; ++other) {
            EXPECT_EQ(everywhere[static_cast<std::size_t>(other)], other == rank ? mine : std::vector<std::byte>{});
        }
        const auto records = pretended.gather_records(std::vector<int>{rank, rank});
        EXPECT_EQ(records, rank == 0 ? std::vector<int>(2, 0) : std::vector<int>{});
        EXPECT_EQ(pretended.maximum(rank), rank);
    }
}

TEST(Communicator, ARankLiesWithinTheSize) {
    EXPECT_THROW(static_cast<void>(Communicator::dry_run(4, 4)), ContractViolation);
    EXPECT_THROW(static_cast<void>(Communicator::dry_run(-1, 4)), ContractViolation);
    EXPECT_THROW(static_cast<void>(Communicator::dry_run(0, 0)), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
