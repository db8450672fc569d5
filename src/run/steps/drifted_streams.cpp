#include "run/steps/drifted_streams.hpp"

#include <algorithm>
#include <iterator>

#include "tta/class_mixes.hpp"
#include "tta/first_layer.hpp"
#include "tta/routed.hpp"
#include "tta/shared_statistics.hpp"

namespace mlaasim::run {
namespace {

constexpr std::size_t fewest_alike = 2;

struct DriftedClient {
    sim::ClientId client{};
    double clarity = 0.0;  ///< distance over that of clean windows
    std::vector<double> drift{};
};

/// Of all ranks, on every rank: the clearest first, of equal ones the lower id. Drifts are `width` numbers.
std::vector<DriftedClient> gathered(const sim::Communicator& communicator, std::span<const DriftedClient> mine,
                                    std::size_t width) {
    std::vector<double> packed;
    for (const DriftedClient& one : mine) {
        packed.push_back(one.client.value());
        packed.push_back(one.clarity);
        packed.insert(packed.end(), one.drift.begin(), one.drift.end());
    }
    std::vector<DriftedClient> all;
    for (const std::vector<std::byte>& bytes : communicator.gather_everywhere(std::as_bytes(std::span{packed}))) {
        const auto* numbers = reinterpret_cast<const double*>(bytes.data());
        for (std::size_t left = bytes.size() / sizeof(double); left > 0; left -= width + 2, numbers += width + 2) {
            all.push_back({.client = sim::ClientId{static_cast<std::uint32_t>(numbers[0])},
                           .clarity = numbers[1],
                           .drift = {numbers + 2, numbers + 2 + width}});
        }
    }
    std::ranges::sort(all, [](const DriftedClient& a, const DriftedClient& b) {
        return a.clarity != b.clarity ? a.clarity > b.clarity : a.client < b.client;
    });
    return all;
}

}  // namespace

std::pair<sim::ClientId, tta::DriftedStream> DriftedStreams::of(sim::ClientId client, ServingView& view,
                                                                sim::Round round) const {
    const auto stream = streams_.find(client);
    if (stream == streams_.end()) {
        return {};
    }
    tta::DriftedStream found = stream->second;
    const auto first = first_of_.find(client);
    if (first == first_of_.end()) {
        return {{}, found};
    }
    const std::vector<sim::ClientId>& group = groups_.at(first->second);
    found.clients = static_cast<std::int64_t>(group.size());
    if (group.size() < fewest_alike) {
        return {{}, found};
    }
    found.shared = view.shared(group, round);
    return {first->second, found};
}

DriftedStreams find_drifted_streams(const Worker& worker, ServingView& view, std::span<const std::uint32_t> mine) {
    const World& world = worker.world();
    view.fit_mixes();
    const tta::ServedComposition composition = view.composition();
    if (composition.mixes == nullptr) {
        return {};
    }
    DriftedStreams found;
    std::vector<DriftedClient> drifted;
    sim::SampleBlock window;
    std::vector<std::uint32_t> indices;
    for (const std::uint32_t item : mine) {
        const sim::ClientId client{item};
        window.read(world.client_stream(client, worker.round(), indices));
        if (window.count() < world.scenario().adaptation.serving->fewest_samples() || tta::all_equal(window)) {
            continue;
        }
        const tta::Features features = tta::first_layer_features(composition.model, composition.parameters, window);
        tta::Drift drift = composition.mixes->drift(composition.mixes->mean_of(features, 0, features.count()));
        tta::DriftedStream& stream = found.streams_[client];
        stream.distance = tta::squared_length(drift.vector);
        stream.clean_distance = composition.mixes->clean_distance(
            drift.mix, window.count(),
            {world.scenario().random_seed(), sim::Purpose::clean_mixes, item, worker.round().value()});
        if (stream.distance > stream.clean_distance) {
            drifted.push_back({client, stream.distance / stream.clean_distance, std::move(drift.vector)});
        }
    }
    const std::vector<DriftedClient> all = gathered(worker.communicator(), drifted, composition.mixes->width());
    std::vector<std::vector<double>> vectors;
    std::ranges::transform(all, std::back_inserter(vectors), &DriftedClient::drift);
    const std::vector<std::size_t> first_of = tta::drifted_alike(vectors);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const sim::ClientId first = all[first_of[i]].client;
        found.first_of_[all[i].client] = first;
        found.groups_[first].push_back(all[i].client);
    }
    for (auto& [first, group] : found.groups_) {
        std::ranges::sort(group);
    }
    return found;
}

}  // namespace mlaasim::run
