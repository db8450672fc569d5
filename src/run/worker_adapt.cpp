#include "run/worker.hpp"

#include <limits>
#include <utility>

#include "run/service_lists.hpp"
#include "run/stopwatch.hpp"
#include "tta/batch_norm.hpp"
#include "tta/composability.hpp"

namespace mlaasim::run {

sim::SampleBlock Worker::read_adaptation_batch(sim::Round round) const {
    sim::SampleBlock batch;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        batch.append(world_.client_stream(sim::ClientId{c}, round, indices, world_.scenario().test_time.samples));
    }
    return batch;
}

std::vector<AdaptationReport> Worker::adapt(const Command& command) {
    Stopwatch stopwatch{timing_, communicator_.rank(), command.round, "adapt"};
    const TestTimeOptions& options = world_.scenario().test_time;
    const std::vector<sim::ServiceId> own = owned(command.services);
    std::vector<AdaptationReport> reports;
    if (!own.empty()) {
        const sim::SampleBlock batch = read_adaptation_batch(command.round);
        const std::vector<float> expected = evaluator_.probabilities(set_aside_, batch);
        for (const sim::ServiceId service : own) {
            sim::AlignedVector<float> adapted = rows_.at(service).values;
            tta::adapt_batch_norm(world_.model(), adapted, batch, options.prior);
            const std::vector<float> predicted = evaluator_.probabilities(adapted, batch);
            const tta::Composability fit = tta::composability({.adapted = adapted,
                                                               .composition = set_aside_,
                                                               .adapted_probabilities = predicted,
                                                               .composition_probabilities = expected,
                                                               .classes = world_.classes()},
                                                              world_.model().layout(), options.composability);
            // Statistics of a stream may be out of all proportion; such a model can't be averaged with others.
            const bool composable =
                fit.composable &&
                fl::FixedPointSum::judge(adapted, fl::divergence_bound(previous_)) == fl::FixedPointSum::Outcome::added;
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
                rows_.at(service).values = std::move(adapted);
            }
            ++stopwatch.items;
        }
    }
    if (world_.scenario().is_ensemble()) {
        share_rows(command.services);
    }
    return by_service(communicator_.gather_records(reports));
}

}  // namespace mlaasim::run
