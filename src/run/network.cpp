#include "run/network.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {
namespace {

/// Beyond this size Open MPI asks the receiver over TCP before it sends (btl_tcp_eager_limit).
constexpr double largest_unasked = 65536.0;

/// Below this number of ranks Open MPI adds up along a tree and sends the result back along it, whatever the size.
constexpr int fewest_ranks_for_shares = 4;

constexpr double number_bytes = sizeof(std::int64_t);

}  // namespace

double Network::halvings() const { return std::ceil(std::log2(static_cast<double>(ranks))); }

double Network::latencies_of(double message_bytes) { return message_bytes > largest_unasked ? 3.0 : 1.0; }

std::vector<double> Network::bytes_sent(std::span<const StepCost> costs) const {
    std::vector<double> sent(costs.size(), 0.0);
    for (std::size_t rank = 0; rank < sent.size() && ranks > 1; ++rank) {
        const StepCost& cost = costs[rank];
        const double others = (ranks - 1.0) / ranks;
        const double sums = ranks >= fewest_ranks_for_shares ? 2.0 * others : rank == 0 ? ranks - 1.0 : 1.0;
        // Orders go from rank 0 to all others; their copies are counted as if every rank passed on one.
        sent[rank] = sums * cost.summed_numbers * number_bytes +
                     others * (cost.spread_rows * row_bytes + cost.order_bytes) + cost.sent_bytes;
    }
    return sent;
}

double Network::seconds(std::span<const StepCost> costs) const {
    if (ranks == 1) {
        return 0.0;
    }
    const StepCost& all = costs.front();
    const double h = halvings();
    double bytes = 0.0;      // that pass one after the other
    double latencies = 0.0;  // of messages one after the other

    // An order is its length and its content: two broadcasts, of which each waits for all ranks first. All of them are
    // waiting already when the first begins.
    latencies += 3.0 * h * all.orders;
    bytes += h * all.order_bytes;

    // Records come to rank 0 after all ranks have come and told how many they have. Long ones it asks for one by one.
    double received = 0.0;
    double longest = 0.0;
    for (const StepCost& cost : costs) {
        received += cost.sent_bytes;
        longest = std::max(longest, cost.sent_bytes);
    }
    const bool asked = longest > largest_unasked;
    latencies += (h + 2.0) * all.gathers + (asked ? 2.0 * (ranks - 1.0) : 0.0);
    bytes += received;

    // A sum is first waited for, and travels piece by piece, there and back.
    const auto share_of = [&](double numbers) {
        return numbers * number_bytes / (ranks >= fewest_ranks_for_shares ? 2.0 : 1.0);
    };
    const auto at_once = static_cast<double>(sim::numbers_summed_at_once);
    const double whole_pieces = std::floor(all.summed_numbers / at_once);
    const double rest = all.summed_numbers - whole_pieces * at_once;
    latencies += 3.0 * h * all.sums;
    latencies += 2.0 * h * whole_pieces * latencies_of(share_of(at_once));
    latencies += 2.0 * h * (latencies_of(share_of(rest)) - 1.0);
    bytes += 2.0 * (ranks >= fewest_ranks_for_shares ? (ranks - 1.0) / ranks : h) * all.summed_numbers * number_bytes;

    // Rows for all ranks: every rank in turn sends its own along a tree.
    const double rows_bytes = all.spread_rows * row_bytes;
    latencies += (h + 1.0 + ranks * h * latencies_of(rows_bytes / ranks)) * all.spreads;
    bytes += rows_bytes;

    return latencies * latency_s + bytes / bytes_per_second;
}

}  // namespace mlaasim::run
