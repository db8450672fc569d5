#include "run/steps/data_distances.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "run/service_lists.hpp"
#include "run/steps/placement.hpp"
#include "tta/fingerprint.hpp"
#include "tta/first_layer.hpp"

namespace mlaasim::run {
namespace {

constexpr std::size_t samples_of_a_service = 64;

std::vector<std::uint32_t> spread_over(std::span<const std::uint32_t> indices) {
    const std::size_t step = (indices.size() + samples_of_a_service - 1) / samples_of_a_service;
    std::vector<std::uint32_t> found;
    for (std::size_t i = 0; i < indices.size(); i += step) {
        found.push_back(indices[i]);
    }
    return found;
}

std::optional<tta::Fingerprint> of_streams(Worker& worker, std::span<const float> parameters) {
    tta::Features features;
    std::vector<std::int64_t> labels;
    for (const sim::SampleBlock& block : worker.assessment_blocks()) {
        const tta::Features found = tta::first_layer_features(worker.world().model(), parameters, block);
        features.width = found.width;
        features.values.insert(features.values.end(), found.values.begin(), found.values.end());
        labels.insert(labels.end(), block.labels().begin(), block.labels().end());
    }
    return tta::Fingerprint::of(features, labels, worker.world().classes());
}

}  // namespace

DataDistancesStep::Result DataDistancesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("fingerprint");
    const World& world = worker.world();
    const std::span<const float> parameters =
        world.scenario().is_ensemble() ? std::span<const float>{} : worker.models().parameters(served_model);
    const std::optional<tta::Fingerprint> streams = of_streams(worker, parameters);
    Result distances;
    const sim::Decomposition placement = services_on_ranks(world, services, worker.communicator().size());
    for (const std::uint32_t item : placement.items(worker.communicator().rank())) {
        const sim::ServiceId service = services[item];
        sim::SampleSource source = world.training_samples(service, worker.round());
        const std::vector<std::uint32_t> some = spread_over(source.indices);
        source.indices = some;
        worker.scratch().read(source);
        const std::optional<double> found =
            streams ? streams->distance(tta::first_layer_features(world.model(), parameters, worker.scratch()),
                                        worker.scratch().labels())
                    : std::nullopt;
        distances.push_back({service, found.value_or(std::numeric_limits<double>::infinity())});
    }
    stopwatch.items = static_cast<std::int64_t>(distances.size());
    return by_service(worker.communicator().gather_records(distances));
}

std::vector<StepCost> DataDistancesStep::costs(const World& world, int ranks) const {
    return costs_of_values(world, services, ranks);
}

}  // namespace mlaasim::run
