// Collectives on a network: worked out by hand, message by message.
#include "run/network.hpp"

#include <gtest/gtest.h>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {
namespace {

/// Nothing but latencies of one second count.
Network latencies(int ranks) { return {.ranks = ranks, .bytes_per_second = 1e300, .latency_s = 1.0}; }
/// Nothing but bytes count, one a second.
Network bytes(int ranks) { return {.ranks = ranks, .bytes_per_second = 1.0, .latency_s = 0.0, .row_bytes = 100.0}; }

double seconds(const Network& network, const StepCost& of_each_rank) {
    return network.seconds(std::vector<StepCost>(static_cast<std::size_t>(network.ranks), of_each_rank));
}

TEST(Network, OneRankSendsNothing) {
    const StepCost cost{.orders = 1, .sums = 1, .summed_numbers = 1e6, .gathers = 1, .sent_bytes = 5};
    EXPECT_EQ(seconds(latencies(1), cost), 0.0);
    EXPECT_EQ(latencies(1).bytes_sent(std::vector{cost}), std::vector<double>{0.0});
}

TEST(Network, MessagesOneAfterTheOther) {
    EXPECT_EQ(seconds(latencies(2), {.orders = 1}), 3.0);
    EXPECT_EQ(seconds(latencies(8), {.orders = 2}), 2.0 * 3.0 * 3.0);
    EXPECT_EQ(seconds(latencies(1000), {.orders = 1}), 30.0);
    EXPECT_EQ(seconds(latencies(2), {.gathers = 1}), 3.0);
    EXPECT_EQ(seconds(latencies(4), {.gathers = 1, .sent_bytes = 65536}), 4.0);
    EXPECT_EQ(seconds(latencies(4), {.gathers = 1, .sent_bytes = 65537}), 4.0 + 2.0 * 3.0) << "three ranks are asked";
    EXPECT_EQ(seconds(latencies(2), {.sums = 1, .summed_numbers = 1}), 1.0 + 2.0);
    EXPECT_EQ(seconds(latencies(4), {.sums = 1, .summed_numbers = 1}), 2.0 + 4.0);
    EXPECT_EQ(seconds(latencies(2), {.spreads = 1, .spread_rows = 1}), 1.0 + 1.0 + 2.0);
}

TEST(Network, LongSumsTravelInPieces) {
    const auto piece = static_cast<double>(sim::numbers_summed_at_once);
    EXPECT_EQ(seconds(latencies(2), {.sums = 1, .summed_numbers = 8193}), 1.0 + 2.0 * 3.0) << "the receiver is asked";
    EXPECT_EQ(seconds(latencies(4), {.sums = 1, .summed_numbers = 8193}), 2.0 + 4.0) << "halves are short enough";
    EXPECT_EQ(seconds(latencies(4), {.sums = 1, .summed_numbers = 3 * piece + 1}), 2.0 + 3 * 4.0 * 3.0 + 4.0);
}

TEST(Network, BytesThatRankZeroWaitsFor) {
    EXPECT_EQ(seconds(bytes(2), {.sums = 1, .summed_numbers = 10}), 160.0) << "there and back";
    EXPECT_EQ(seconds(bytes(4), {.sums = 1, .summed_numbers = 10}), 120.0) << "shares, at the same time";
    EXPECT_EQ(bytes(3).seconds(std::vector<StepCost>{{}, {.sent_bytes = 5}, {.sent_bytes = 6}}), 11.0);
    EXPECT_EQ(seconds(bytes(4), {.order_bytes = 10}), 20.0) << "from rank 0 to two, and from these to the fourth";
    EXPECT_EQ(seconds(bytes(4), {.spreads = 1, .spread_rows = 3}), 300.0);
}

TEST(Network, BytesThatEachRankSends) {
    const StepCost sum{.sums = 1, .summed_numbers = 10};
    EXPECT_EQ(bytes(2).bytes_sent(std::vector(2, sum)), (std::vector<double>{80.0, 80.0}));
    EXPECT_EQ(bytes(3).bytes_sent(std::vector(3, sum)), (std::vector<double>{160.0, 80.0, 80.0}));
    EXPECT_EQ(bytes(4).bytes_sent(std::vector(4, sum)), std::vector<double>(4, 120.0));
    EXPECT_EQ(bytes(2).bytes_sent(std::vector<StepCost>{{}, {.sent_bytes = 7}}), (std::vector<double>{0.0, 7.0}));
    EXPECT_EQ(bytes(4).bytes_sent(std::vector(4, StepCost{.spreads = 1, .spread_rows = 4})),
              std::vector<double>(4, 300.0));
}

}  // namespace
}  // namespace mlaasim::run
