#include "run/steps/adapt.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "run/steps/placement.hpp"
#include "tta/composability.hpp"

namespace mlaasim::run {
namespace {

using tta::AttemptOutcome;

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

sim::SampleBlock adaptation_batch(const World& world, sim::Round round) {
    sim::SampleBlock batch;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world.clients(); ++c) {
        batch.append(world.client_stream(sim::ClientId{c}, round, indices, world.scenario().test_time.samples));
    }
    return batch;
}

/// One technique on one rank: what it makes of the composition, and of the services one by one.
class Adapter {
public:
    Adapter(Worker& worker, const tta::Technique& technique, std::uint32_t place, const sim::SampleBlock& batch,
            std::span<const float> composition, std::span<const float> expected)
        : worker_{worker},
          technique_{technique},
          place_{place},
          stream_{
              .samples = batch,
              .mean = worker.world().data().mean,
              .deviation = worker.world().data().deviation,
              // The same views for all services and for the composition.
              .random = {worker.world().scenario().random_seed(), sim::Purpose::views, place, worker.round().value()},
              .fused = worker.world().engine().fused,
              .adapter = &worker.batch_norm_adapter()},
          composition_{composition},
          expected_{expected} {}

    struct Made {
        AdaptStep::Adapted adapted;
        tta::Memory memory_before;
        sim::AlignedVector<float> parameters;
    };
    [[nodiscard]] Made adapt(sim::ServiceId service, const sim::AlignedVector<float>& source, tta::Memory memory) {
        const World& world = worker_.world();
        Made made{.adapted = {.memory = memory}, .memory_before = std::move(memory), .parameters = source};
        const double bound = fl::divergence_bound(worker_.models().parameters(model_at_start));
        const AttemptOutcome outcome =
            tta::attempt(technique_, world.model(), made.parameters, made.adapted.memory, stream_, bound);
        made.adapted.report = {.service = service,
                               .technique = place_,
                               .outcome = outcome,
                               .samples = static_cast<std::int64_t>(stream_.samples.count()),
                               .wdm = absent,
                               .ucs = absent,
                               .bnuas = absent,
                               .bndas = absent,
                               .pdam = absent,
                               .remembered = made.adapted.memory.size()};
        if (outcome == AttemptOutcome::adapted) {
            compare(made.adapted.report, source, made.parameters);
        }
        return made;
    }

private:
    void compare(AdaptationReport& report, std::span<const float> source, std::span<const float> adapted) {
        const World& world = worker_.world();
        const std::vector<float> predicted = technique_.changes() == tta::Changes::predictions
                                                 ? worker_.adjusted(technique_, adapted, stream_.samples)
                                                 : worker_.evaluator().probabilities(adapted, stream_.samples);
        const std::vector<float> update = technique_.gradient(world.model(), source, stream_);
        const tta::Composability fit =
            tta::composability({.adapted = adapted,
                                .composition = composition_,
                                .adapted_update = update,
                                .composition_update = update.empty() ? std::span<const float>{} : gradient(),
                                .adapted_probabilities = predicted,
                                .composition_probabilities = expected_,
                                .classes = world.classes()},
                               world.model().layout(), world.scenario().test_time.composability);
        report.wdm = fit.wdm.value_or(absent);
        report.ucs = fit.ucs.value_or(absent);
        report.bnuas = fit.bnuas.value_or(absent);
        report.bndas = fit.bndas.value_or(absent);
        report.pdam = fit.pdam.value_or(absent);
        report.score = fit.score;
        report.composable = fit.composable ? 1 : 0;
    }

    /// Of the technique's loss at the composition.
    [[nodiscard]] std::span<const float> gradient() {
        if (!gradient_) {
            gradient_ = technique_.gradient(worker_.world().model(), composition_, stream_);
        }
        return *gradient_;
    }

    Worker& worker_;
    const tta::Technique& technique_;
    std::uint32_t place_;
    tta::Stream stream_;
    std::span<const float> composition_;
    std::span<const float> expected_;
    std::optional<std::vector<float>> gradient_;
};

/// Lets the integration choose, and keeps the row. Notes what came of it in the reports.
void integrate(Worker& worker, const AdaptStep& step, sim::ServiceId service, std::span<Adapter::Made> made) {
    const World& world = worker.world();
    const auto techniques = world.scenario().test_time.techniques();
    std::vector<std::size_t> places;
    std::vector<tta::AdaptedService> composable;
    for (std::size_t t = 0; t < made.size(); ++t) {
        if (made[t].adapted.report.composable != 0) {
            places.push_back(t);
            composable.push_back({.changes = (*techniques[t])->changes(),
                                  .parameters = made[t].parameters,
                                  .score = made[t].adapted.report.score});
        }
    }
    if (composable.empty()) {
        return;
    }
    const sim::AlignedVector<float> source = worker.updates().own(service);
    sim::expects(step.weight >= worker.weight(service), "the composition averages the services that are adapted");
    const double share = static_cast<double>(worker.weight(service)) / static_cast<double>(step.weight) *
                         static_cast<double>(step.services.size());
    const tta::Integrated integrated =
        world.scenario().test_time.integration->integrate({.layout = world.model().layout(),
                                                           .source = source,
                                                           .composition = worker.models().parameters(step.against),
                                                           .adapted = composable,
                                                           .share = share});
    AdaptStep::Adapted& adapted = made[places[integrated.technique]].adapted;
    AdaptationReport& chosen = adapted.report;
    if (fl::FixedPointSum::judge(integrated.row, fl::divergence_bound(worker.models().parameters(model_at_start))) !=
        fl::FixedPointSum::Outcome::added) {
        chosen.outcome = AttemptOutcome::diverged;
        chosen.composable = 0;
        adapted.memory = std::move(made[places[integrated.technique]].memory_before);
        chosen.remembered = adapted.memory.size();
        return;
    }
    chosen.integrated = 1;
    chosen.arrived = integrated.arrived ? 1 : 0;
    worker.updates().keep(service, integrated.row);
}

}  // namespace

AdaptStep::Result AdaptStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("adapt");
    const World& world = worker.world();
    const auto techniques = world.scenario().test_time.techniques();
    std::vector<AdaptationReport> reports;
    std::vector<double> numbers;
    const std::vector<sim::ServiceId> own = worker.updates().owned(services);
    if (!own.empty()) {
        const sim::SampleBlock batch = adaptation_batch(world, worker.round());
        const std::span<const float> composition = worker.models().parameters(against);
        const std::vector<float> expected = votes_decide(world, voters)
                                                ? worker.vote_on(batch, voters)
                                                : worker.evaluator().probabilities(composition, batch);
        std::vector<Adapter> adapters;
        for (std::uint32_t t = 0; t < techniques.size(); ++t) {
            adapters.emplace_back(worker, **techniques[t], t, batch, composition, expected);
        }
        auto memory = memories.begin();
        for (std::size_t s = 0; s < services.size(); ++s) {
            std::vector<Adapter::Made> made;
            const bool here = worker.updates().owns(services[s]);
            for (std::size_t t = 0; t < techniques.size(); ++t) {
                const auto count = static_cast<std::ptrdiff_t>(remembered[s * techniques.size() + t]);
                if (here) {
                    made.push_back(
                        adapters[t].adapt(services[s], worker.updates().own(services[s]), {memory, memory + count}));
                }
                memory += count;
            }
            if (!here) {
                continue;
            }
            integrate(worker, *this, services[s], made);
            for (const Adapter::Made& one : made) {
                reports.push_back(one.adapted.report);
                numbers.insert(numbers.end(), one.adapted.memory.begin(), one.adapted.memory.end());
            }
            ++stopwatch.items;
        }
    }
    if (world.scenario().is_ensemble()) {
        worker.updates().share(services, worker.communicator());
    }
    Result all;
    const std::vector<double> all_numbers = worker.communicator().gather_records(numbers);
    auto number = all_numbers.begin();
    for (const AdaptationReport& report : worker.communicator().gather_records(reports)) {
        const auto end = number + static_cast<std::ptrdiff_t>(report.remembered);
        all.push_back({.report = report, .memory = {number, end}});
        number = end;
    }
    std::ranges::stable_sort(all, {}, [](const Adapted& one) { return one.report.service; });
    return all;
}

std::vector<StepCost> AdaptStep::costs(const World& world, int ranks) const {
    const double samples = samples_of_all_clients(world, world.scenario().test_time.samples);
    const sim::Decomposition placement = services_on_ranks(world, services, ranks);
    const auto techniques = world.scenario().test_time.techniques();
    const double passes =
        std::accumulate(techniques.begin(), techniques.end(), 0.0,
                        [](double sum, const auto* technique) { return sum + (*technique)->passes() + 1.0; });
    const double composition = votes_decide(world, voters) ? static_cast<double>(voters.size()) : 1.0;
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        const auto own = static_cast<double>(placement.items(rank).size());
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        // The composition; each service while it is adapted, and when it is compared.
        cost.predictions = own > 0 ? samples * (composition + passes * own) : 0.0;
        cost.spreads = world.scenario().is_ensemble() ? 2 : 0;  // ids, and their rows
        cost.gathers = 2;
        cost.spread_rows = world.scenario().is_ensemble() ? static_cast<double>(services.size()) : 0.0;
        if (rank != 0) {
            // Memories, once they are full, come back as long as they were sent.
            double numbers = 0.0;
            for (const std::uint32_t s : placement.items(rank)) {
                const auto of_service = remembered.begin() + static_cast<std::ptrdiff_t>(s * techniques.size());
                numbers +=
                    std::accumulate(of_service, of_service + static_cast<std::ptrdiff_t>(techniques.size()), 0.0,
                                    [](double sum, std::uint64_t count) { return sum + static_cast<double>(count); });
            }
            cost.sent_bytes =
                own * static_cast<double>(techniques.size()) * sizeof(AdaptationReport) + numbers * sizeof(double);
        }
    }
    return costs;
}

Done AdjustStep::carry_out(Worker& worker) const {
    worker.adjust(services);
    return {};
}

}  // namespace mlaasim::run
