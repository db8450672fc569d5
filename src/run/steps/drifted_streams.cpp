#include "run/steps/drifted_streams.hpp"

#include <algorithm>
#include <cstring>

#include "tta/class_mixes.hpp"
#include "tta/first_layer.hpp"
#include "tta/shared_statistics.hpp"

namespace mlaasim::run {
namespace {

constexpr std::size_t fewest_alike = 2;

/// By client, of the drifted clients of all ranks.
using DriftVectors = std::map<sim::ClientId, std::vector<double>>;

/// Rows of a client's id and its drift.
DriftVectors gather_everywhere(const sim::Communicator& communicator, const DriftVectors& mine, std::size_t width) {
    std::vector<double> packed;
    for (const auto& [client, drift] : mine) {
        packed.push_back(client.value());
        packed.insert(packed.end(), drift.begin(), drift.end());
    }
    DriftVectors all;
    for (const std::vector<std::byte>& bytes : communicator.gather_everywhere(std::as_bytes(std::span{packed}))) {
        std::vector<double> numbers(bytes.size() / sizeof(double));
        std::memcpy(numbers.data(), bytes.data(), bytes.size());
        for (std::size_t at = 0; at < numbers.size(); at += width + 1) {
            const auto drift = std::span{numbers}.subspan(at + 1, width);
            all[sim::ClientId{static_cast<std::uint32_t>(numbers[at])}] = {drift.begin(), drift.end()};
        }
    }
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
    found.shared = group.size() >= fewest_alike ? view.shared(group, round) : nullptr;
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
    DriftVectors drifts;
    sim::SampleBlock window;
    std::vector<std::uint32_t> indices;
    for (const std::uint32_t item : mine) {
        const sim::ClientId client{item};
        window.read(world.client_stream(client, worker.round(), indices));
        if (window.count() < world.scenario().adaptation.serving->fewest_samples()) {
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
            drifts[client] = std::move(drift.vector);
        }
    }
    std::vector<sim::ClientId> clients;
    std::vector<std::vector<double>> vectors;
    for (auto& [client, drift] : gather_everywhere(worker.communicator(), drifts, composition.mixes->width())) {
        clients.push_back(client);
        vectors.push_back(drift);
    }
    const std::vector<std::size_t> first_of = tta::drifted_alike(vectors);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        found.first_of_[clients[i]] = clients[first_of[i]];
        found.groups_[clients[first_of[i]]].push_back(clients[i]);
    }
    return found;
}

}  // namespace mlaasim::run
