#include "run/client_pools.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::run {

ClientPools::ClientPools(const sim::Partition& partition, std::uint32_t clients, std::int64_t labels, sim::Seed seed)
    : partition_{partition}, clients_{clients}, labels_{labels}, seed_{seed} {
    if (!split()) {
        return;
    }
    bool any = false;
    for (std::uint32_t client = 0; client < clients; ++client) {
        const auto samples = partition.samples(client);
        std::vector<std::uint32_t> pool{samples.begin(), samples.end()};
        sim::RandomStream{seed, sim::Purpose::labelled_half, client, 0}.shuffle(pool);
        any = any || pool.size() > 1;
        shuffled_.push_back(std::move(pool));
    }
    if (!any) {
        throw sim::InputError({.what = "labels are granted, but no client has a sample to spare for them",
                               .expected = "a client with at least two samples",
                               .hint = "give the clients more samples, or set adaptation.evidence.labels to 0",
                               .path = "adaptation.evidence.labels"});
    }
}

std::size_t ClientPools::in_scored_half(sim::ClientId client) const {
    return (shuffled_[client.value()].size() + 1) / 2;
}

std::span<const std::uint32_t> ClientPools::scored(sim::ClientId client) const {
    if (!split()) {
        return partition_.samples(client.value());
    }
    return std::span{shuffled_[client.value()]}.first(in_scored_half(client));
}

std::vector<std::uint32_t> ClientPools::labelled(sim::ClientId client, sim::Round round) const {
    if (!split()) {
        return {};
    }
    const auto half = std::span{shuffled_[client.value()]}.subspan(in_scored_half(client));
    std::vector<std::uint32_t> drawn{half.begin(), half.end()};
    // What does not divide evenly goes to other clients each round.
    const std::int64_t turn = (std::int64_t{client.value()} + round.value()) % clients_;
    const auto granted = static_cast<std::size_t>(labels_ / clients_ + (turn < labels_ % clients_ ? 1 : 0));
    sim::RandomStream{seed_, sim::Purpose::labels, client.value(), round.value()}.shuffle(drawn);
    drawn.resize(std::min(granted, drawn.size()));
    return drawn;
}

}  // namespace mlaasim::run
