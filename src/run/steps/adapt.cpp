#include "run/steps/adapt.hpp"

#include <limits>

#include "run/service_lists.hpp"
#include "run/steps/placement.hpp"
#include "tta/composability.hpp"

namespace mlaasim::run {
namespace {

sim::SampleBlock adaptation_batch(const World& world, sim::Round round) {
    sim::SampleBlock batch;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world.clients(); ++c) {
        batch.append(world.client_stream(sim::ClientId{c}, round, indices, world.scenario().test_time.samples));
    }
    return batch;
}

}  // namespace

AdaptStep::Result AdaptStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("adapt");
    const World& world = worker.world();
    const TestTimeOptions& options = world.scenario().test_time;
    const std::vector<sim::ServiceId> own = worker.updates().owned(services);
    Result reports;
    if (!own.empty()) {
        const sim::SampleBlock batch = adaptation_batch(world, worker.round());
        const std::span<const float> composition = worker.models().parameters(against);
        const std::vector<float> expected = worker.evaluator().probabilities(composition, batch);
        for (const sim::ServiceId service : own) {
            sim::AlignedVector<float> adapted = worker.updates().own(service);
            options.technique->adapt(world.model(), adapted, batch);
            const std::vector<float> predicted = worker.evaluator().probabilities(adapted, batch);
            const tta::Composability fit = tta::composability({.adapted = adapted,
                                                               .composition = composition,
                                                               .adapted_probabilities = predicted,
                                                               .composition_probabilities = expected,
                                                               .classes = world.classes()},
                                                              world.model().layout(), options.composability);
            // Statistics of a stream may be out of all proportion; such a model can't be averaged with others.
            const bool composable =
                fit.composable &&
                fl::FixedPointSum::judge(adapted, fl::divergence_bound(worker.models().parameters(model_at_start))) ==
                    fl::FixedPointSum::Outcome::added;
            constexpr double absent = std::numeric_limits<double>::quiet_NaN();
            reports.push_back({.service = service,
                               .samples = static_cast<std::int64_t>(batch.count()),
                               .wdm = fit.wdm.value_or(absent),
                               .ucs = fit.ucs.value_or(absent),
                               .bnuas = fit.bnuas.value_or(absent),
                               .bndas = fit.bndas.value_or(absent),
                               .pdam = fit.pdam.value_or(absent),
                               .score = fit.score,
                               .composable = composable ? std::uint8_t{1} : std::uint8_t{0}});
            if (composable) {
                worker.updates().keep(service, adapted);
            }
            ++stopwatch.items;
        }
    }
    if (world.scenario().is_ensemble()) {
        worker.updates().share(services, worker.communicator());
    }
    return by_service(worker.communicator().gather_records(reports));
}

std::vector<StepCost> AdaptStep::costs(const World& world, int ranks) const {
    const double samples = samples_of_all_clients(world, world.scenario().test_time.samples);
    const sim::Decomposition placement = services_on_ranks(world, services, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        const auto own = static_cast<double>(placement.items(rank).size());
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        // The composition once; each service twice: while its statistics are taken, and when it is compared.
        cost.predictions = own > 0 ? samples * (1 + 2 * own) : 0.0;
        cost.spreads = world.scenario().is_ensemble() ? 2 : 0;  // ids, and their rows
        cost.gathers = 1;
        cost.spread_rows = world.scenario().is_ensemble() ? static_cast<double>(services.size()) : 0.0;
        cost.sent_bytes = rank == 0 ? 0.0 : own * sizeof(AdaptationReport);
    }
    return costs;
}

}  // namespace mlaasim::run
