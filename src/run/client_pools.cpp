#include "run/client_pools.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/stream/draw_by_class.hpp"

namespace mlaasim::run {

ClientPools::ClientPools(const sim::Partition& partition, std::uint32_t clients,
                         const composition::EvidenceOptions& evidence, sim::Seed seed)
    : partition_{partition}, labels_{evidence.labels}, seed_{seed} {
    if (labels_ == 0 && !evidence.set_aside) {
        return;
    }
    for (std::uint32_t client = 0; client < clients; ++client) {
        const auto samples = partition.samples(client);
        std::vector<std::uint32_t> pool{samples.begin(), samples.end()};
        sim::RandomStream{seed, sim::Purpose::labelled_half, client, 0}.shuffle(pool);
        turns_.push_back(givers_);
        givers_ += pool.size() > 1 ? 1 : 0;
        shuffled_.push_back(std::move(pool));
    }
    if (labels_ > 0 && givers_ == 0) {
        throw sim::InputError({.what = "labelled samples are granted, but no client has a sample to spare for them",
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

std::vector<std::uint32_t> ClientPools::labelled(sim::ClientId client, sim::Round round, std::span<const double> mix,
                                                 std::span<const std::uint8_t> labels) const {
    if (labels_ == 0) {
        return {};
    }
    const auto half = std::span{shuffled_[client.value()]}.subspan(in_scored_half(client));
    std::vector<std::uint32_t> drawn{half.begin(), half.end()};
    // What does not divide evenly goes to other clients each round.
    const std::int64_t turn = (turns_[client.value()] + round.value()) % givers_;
    const auto granted = static_cast<std::size_t>(labels_ / givers_ + (turn < labels_ % givers_ ? 1 : 0));
    const std::size_t count = std::min(granted, drawn.size());
    sim::RandomStream random{seed_, sim::Purpose::labels, client.value(), round.value()};
    if (mix.empty()) {
        random.shuffle(drawn);
    } else {
        sim::draw_by_class(drawn, count, labels, mix, random);
    }
    drawn.resize(count);
    return drawn;
}

}  // namespace mlaasim::run
