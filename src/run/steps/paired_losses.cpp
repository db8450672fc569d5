#include "run/steps/paired_losses.hpp"

#include "run/steps/leave_one_out.hpp"
#include "run/steps/loss_table.hpp"
#include "run/steps/with_and_without.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
PairedLossesStep::Result PairedLossesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("assess");
    sim::expects(members.size() >= 2, "leaving one out leaves another");
    LossTable losses{members.size() + 1, worker.assessment_blocks()};
    score_with_and_without(
        worker, members, [&](const sim::SampleBlock& block) { return worker.evaluator().brier_losses(block); },
        [&](std::span<const float> vote, const sim::SampleBlock& block) {
            return worker.evaluator().brier_losses(vote, block);
        },
        [&](std::size_t row, std::uint32_t client, const std::vector<double>& found) {
            losses.set(row, client, found);
        });
    if (!worker.world().scenario().is_ensemble()) {
        stopwatch.items = static_cast<std::int64_t>(worker.updates().owned(members).size());
    }
    worker.communicator().sum(losses.units());
    return losses.take();
}

std::vector<StepCost> PairedLossesStep::costs(const World& world, int ranks) const {
    std::vector<StepCost> costs = LeaveOneOutStep{members}.costs(world, ranks);
    for (StepCost& cost : costs) {
        cost.summed_numbers = static_cast<double>(members.size() + 1) * cost.read_samples;
    }
    return costs;
}

}  // namespace mlaasim::run
