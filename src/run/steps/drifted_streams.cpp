#include "run/steps/drifted_streams.hpp"

#include <algorithm>
#include <iterator>

#include "tta/class_mixes.hpp"
#include "tta/shared_statistics.hpp"
#include "tta/usual_mix.hpp"

namespace mlaasim::run {
namespace {

constexpr std::size_t fewest_alike = 2;

struct DriftedWindow {
    DriftedClient client{};
    double clarity = 0.0;  ///< distance over that of clean windows
    std::vector<double> drift{};
};

/// Of all ranks, on every rank: the clearest first, of equal ones the lower id. Drifts are `width` numbers.
std::vector<DriftedWindow> gathered(const sim::Communicator& communicator, std::span<const DriftedWindow> mine,
                                    std::size_t width) {
    std::vector<double> packed;
    for (const DriftedWindow& one : mine) {
        packed.push_back(one.client.client.value());
        packed.push_back(one.client.since.value());
        packed.push_back(one.clarity);
        packed.insert(packed.end(), one.drift.begin(), one.drift.end());
    }
    std::vector<DriftedWindow> all;
    const std::size_t numbers_each = width + 3;
    for (const std::vector<std::byte>& bytes : communicator.gather_everywhere(std::as_bytes(std::span{packed}))) {
        const auto* numbers = reinterpret_cast<const double*>(bytes.data());
        for (std::size_t left = bytes.size() / sizeof(double); left > 0;
             left -= numbers_each, numbers += numbers_each) {
            all.push_back({.client = {.client = sim::ClientId{static_cast<std::uint32_t>(numbers[0])},
                                      .since = sim::Round{static_cast<std::uint32_t>(numbers[1])}},
                           .clarity = numbers[2],
                           .drift = {numbers + 3, numbers + numbers_each}});
        }
    }
    std::ranges::sort(all, [](const DriftedWindow& a, const DriftedWindow& b) {
        return a.clarity != b.clarity ? a.clarity > b.clarity : a.client.client < b.client.client;
    });
    return all;
}

/// Since when it has drifted, as far as the rounds before tell.
DriftedStreams::Found known_of(sim::ClientId client, const std::vector<ServedState>& before, sim::Round round) {
    const auto state = std::ranges::lower_bound(before, client, {}, &ServedState::client);
    if (state == before.end() || state->client != client || !state->drifted_last.valid() ||
        round.value() > state->drifted_last.value() + tta::usual_mix_windows) {
        return {};
    }
    return {.since = state->drifted_since, .last = state->drifted_last};
}

}  // namespace

DriftedStreams::Found DriftedStreams::of(sim::ClientId client, ServingView& view, sim::Round round) const {
    const auto own = found_.find(client);
    if (own == found_.end()) {
        return {};
    }
    Found found = own->second;
    if (const auto first = first_of_.find(client); first != first_of_.end()) {
        const std::vector<DriftedClient>& group = groups_.at(first->second);
        found.stream.clients = static_cast<std::int64_t>(group.size());
        if (group.size() >= fewest_alike) {
            found.stream.shared = view.shared(group, round);
            found.group = first->second;
        }
    }
    return found;
}

DriftedStreams find_drifted_streams(const Worker& worker, ServingView& view, std::span<const std::uint32_t> mine,
                                    const std::vector<ServedState>& before) {
    const World& world = worker.world();
    DriftedStreams found;
    for (const std::uint32_t client : mine) {
        // Whether its window can be looked at or not.
        found.found_[sim::ClientId{client}] = known_of(sim::ClientId{client}, before, worker.round());
    }
    view.fit_mixes();
    const tta::ClassMixes* const mixes = view.composition().mixes;
    if (mixes == nullptr) {
        return found;
    }
    std::vector<DriftedWindow> drifted;
    sim::SampleBlock window;
    std::vector<std::uint32_t> indices;
    for (const std::uint32_t item : mine) {
        const sim::ClientId client{item};
        window.read(world.client_stream(client, worker.round(), indices));
        if (!can_be_looked_at(world, window)) {
            continue;
        }
        ServingView::WindowDrift seen = view.drift_of(client, worker.round(), window);
        DriftedStreams::Found& own = found.found_[client];
        own.stream = {.distance = seen.distance, .clean_distance = seen.clean_distance};
        if (seen.distance > seen.clean_distance) {
            own.since = own.since.valid() ? own.since : worker.round();
            own.last = worker.round();
            drifted.push_back({.client = {client, own.since},
                               .clarity = seen.distance / seen.clean_distance,
                               .drift = std::move(seen.drift.vector)});
        }
    }
    const std::vector<DriftedWindow> all = gathered(worker.communicator(), drifted, mixes->width());
    std::vector<std::vector<double>> vectors;
    std::ranges::transform(all, std::back_inserter(vectors), &DriftedWindow::drift);
    const std::vector<std::size_t> first_of = tta::drifted_alike(vectors);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const sim::ClientId first = all[first_of[i]].client.client;
        found.first_of_[all[i].client.client] = first;
        found.groups_[first].push_back(all[i].client);
    }
    for (auto& [first, group] : found.groups_) {
        std::ranges::sort(group, {}, &DriftedClient::client);
    }
    return found;
}

}  // namespace mlaasim::run
