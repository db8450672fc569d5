#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string>
#include <thread>

#include "sim/parallel/communicator.hpp"

// No test leaves early while the other ranks go on to a further collective: assertions that end a test come last.
namespace mlaasim::sim {
namespace {

class MpiCommunicator : public ::testing::Test {
protected:
    [[nodiscard]] std::size_t ranks() const { return static_cast<std::size_t>(world.size()); }
    [[nodiscard]] std::size_t me() const { return static_cast<std::size_t>(world.rank()); }
    /// 0 + 1 + ... + (ranks - 1)
    [[nodiscard]] std::int64_t sum_of_ranks() const { return std::int64_t{world.size()} * (world.size() - 1) / 2; }

    const Communicator world = Communicator::mpi();
};

/// What rank `rank` sends: `rank` * 1000 bytes, none from rank 0.
std::vector<std::byte> message_of(std::size_t rank) {
    std::vector<std::byte> bytes(rank * 1000);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>((i * 7 + rank) % 251);
    }
    return bytes;
}

double cpu_seconds() {
    std::timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

TEST_F(MpiCommunicator, RanksAreAllDifferent) {
    std::vector<std::int64_t> seen(ranks(), 0);
    ASSERT_LT(me(), ranks());
    seen[me()] = 1;
    world.sum(seen);
    EXPECT_EQ(seen, std::vector<std::int64_t>(ranks(), 1));
    EXPECT_EQ(world.is_root(), world.rank() == 0);
}

/// These ranks are on one machine, where Open MPI 5 would print that it finds no routes between its addresses.
TEST_F(MpiCommunicator, AddressesOfOneMachineAreComparedAsTheyAre) {
    const char* const reachable = std::getenv("OMPI_MCA_reachable");
    EXPECT_STREQ(reachable != nullptr ? reachable : "not set", "weighted");
}

TEST_F(MpiCommunicator, BroadcastReplacesWithRankZeros) {
    std::vector<double> values(5000, static_cast<double>(world.rank()) + 0.25);
    world.broadcast(std::span{values});
    EXPECT_EQ(values, std::vector<double>(5000, 0.25));
}

TEST_F(MpiCommunicator, BroadcastCarriesTheLength) {
    std::string text = world.is_root() ? std::string(3000000, 'x') + "end" : "something else";
    world.broadcast(text);
    EXPECT_EQ(text, std::string(3000000, 'x') + "end");
    std::string empty = world.is_root() ? "" : "not empty";
    world.broadcast(empty);
    EXPECT_EQ(empty, "");
}

TEST_F(MpiCommunicator, SumsAreExactWhateverTheSize) {
    // 400,000 x 8 bytes: beyond every eager limit.
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{400000}}) {
        std::vector<std::int64_t> values(size);
        for (std::size_t i = 0; i < size; ++i) {
            // Large enough that a sum in double would lose the last digits.
            values[i] = (std::int64_t{1} << 58) + static_cast<std::int64_t>(i) * (world.rank() % 2 == 0 ? 3 : -1) +
                        world.rank();
        }
        world.sum(values);
        const auto n = static_cast<std::int64_t>(ranks());
        const std::int64_t even = (n + 1) / 2;
        std::vector<std::int64_t> expected(size);
        for (std::size_t i = 0; i < size; ++i) {
            expected[i] =
                n * (std::int64_t{1} << 58) + static_cast<std::int64_t>(i) * (3 * even - (n - even)) + sum_of_ranks();
        }
        EXPECT_TRUE(values == expected) << size;
    }
}

TEST_F(MpiCommunicator, MaximumOverRanks) {
    std::vector<std::int64_t> values{world.rank(), -world.rank(), 7};
    world.maximum(values);
    EXPECT_EQ(values, (std::vector<std::int64_t>{world.size() - 1, 0, 7}));
    EXPECT_EQ(world.maximum(-10 - world.rank()), -10);
}

TEST_F(MpiCommunicator, GatherUnevenAndEmptyMessages) {
    const auto all = world.gather(message_of(me()));
    const auto nothing = world.gather({});
    EXPECT_EQ(nothing, std::vector<std::vector<std::byte>>(world.is_root() ? ranks() : 0U));
    ASSERT_EQ(all.size(), world.is_root() ? ranks() : 0U);
    for (std::size_t rank = 0; rank < all.size(); ++rank) {
        EXPECT_TRUE(all[rank] == message_of(rank)) << rank;
    }
}

TEST_F(MpiCommunicator, GatherEverywhereGivesAllRanksTheSame) {
    const auto all = world.gather_everywhere(message_of(me()));
    ASSERT_EQ(all.size(), ranks());
    for (std::size_t rank = 0; rank < ranks(); ++rank) {
        EXPECT_TRUE(all[rank] == message_of(rank)) << rank;
    }
}

TEST_F(MpiCommunicator, LargeMessagesAreGatheredWhole) {
    std::vector<std::int64_t> mine(300000 + me());
    std::iota(mine.begin(), mine.end(), static_cast<std::int64_t>(me()) * 1000000);
    const auto all = world.gather_records(mine);
    std::vector<std::int64_t> expected;
    for (std::size_t rank = 0; rank < ranks() && world.is_root(); ++rank) {
        expected.resize(expected.size() + 300000 + rank);
        std::iota(expected.end() - static_cast<std::ptrdiff_t>(300000 + rank), expected.end(),
                  static_cast<std::int64_t>(rank) * 1000000);
    }
    EXPECT_TRUE(all == expected);
}

TEST_F(MpiCommunicator, RecordsComeInRankOrder) {
    struct Record {
        int rank;
        int number;
    };
    // Rank r sends r records; the last rank waits least, so the order of arrival is not the order of ranks.
    std::this_thread::sleep_for(std::chrono::milliseconds{5 * (world.size() - world.rank())});
    std::vector<Record> mine;
    for (int i = 0; i < world.rank(); ++i) {
        mine.push_back({world.rank(), i});
    }
    const auto all = world.gather_records(mine);
    std::size_t next = 0;
    for (int rank = 0; rank < world.size() && world.is_root(); ++rank) {
        for (int i = 0; i < rank; ++i, ++next) {
            ASSERT_LT(next, all.size());
            EXPECT_EQ(all[next].rank, rank);
            EXPECT_EQ(all[next].number, i);
        }
    }
    EXPECT_EQ(all.size(), next);
}

TEST_F(MpiCommunicator, OneRankOfTheNodeIsFirst) {
    std::int64_t first = world.is_first_on_node() ? 1 : 0;
    world.sum(std::span{&first, 1});
    EXPECT_EQ(first, 1);
}

TEST_F(MpiCommunicator, CollectivesAfterEachOtherDoNotMix) {
    for (int i = 0; i < 200; ++i) {
        const auto all = world.gather_records(std::vector<int>{i, world.rank()});
        std::vector<int> expected;
        for (int rank = 0; rank < world.size() && world.is_root(); ++rank) {
            expected.insert(expected.end(), {i, rank});
        }
        EXPECT_EQ(all, expected);
        EXPECT_EQ(world.maximum(i * world.size() + world.rank()), i * world.size() + world.size() - 1);
    }
}

TEST_F(MpiCommunicator, AWaitingRankLeavesItsCoreToOthers) {
    world.barrier();
    const double before = cpu_seconds();
    if (world.is_root()) {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
    }
    world.barrier();
    // A polling wait would burn all 0.3 s.
    EXPECT_LT(cpu_seconds() - before, 0.15);
}

/// The rank that comes late to a collective is named, and no other.
TEST_F(MpiCommunicator, ALateRankIsNamed) {
    std::vector<std::string> told;
    const int late = world.size() - 1;
    const std::string name = "process " + std::to_string(world.rank());
    const auto watched = Communicator::mpi({.process = name,
                                            .first = std::chrono::milliseconds{500},
                                            .tell = [&](const std::string& text) { told.push_back(text); }});
    for (int i = 0; i < 3; ++i) {
        watched.begin("step " + std::to_string(i));
        if (world.rank() == late) {
            std::this_thread::sleep_for(std::chrono::milliseconds{i == 1 ? 900 : 10});
        }
        watched.barrier();
    }
    std::string mine;
    for (const std::string& text : told) {
        mine += text + "\n";
    }
    const auto all = world.gather(std::as_bytes(std::span{mine}));
    std::string text;
    for (const auto& bytes : all) {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    if (!world.is_root() || world.size() == 1) {
        EXPECT_EQ(text, "");
        return;
    }
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
    const std::string expected = "rank " + std::to_string(late) + " (process " + std::to_string(late) + ")";
    EXPECT_NE(text.find("still waiting for 1 of "), std::string::npos) << text;
    EXPECT_NE(text.find(expected), std::string::npos) << text;
    EXPECT_NE(text.find("step 1"), std::string::npos) << text;
}

}  // namespace
}  // namespace mlaasim::sim
