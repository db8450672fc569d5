#include "run/steps/leave_one_out.hpp"

#include <algorithm>

#include "run/steps/placement.hpp"
#include "run/steps/with_and_without.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
LeaveOneOutStep::Result LeaveOneOutStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("assess");
    sim::expects(members.size() >= 2, "leaving one out leaves another");
    // correct[0]: of the whole composition; correct[1 + i]: without the i-th member.
    std::vector<std::int64_t> correct(members.size() + 1, 0);
    score_with_and_without(
        worker, members, [&](const sim::SampleBlock& block) { return worker.evaluator().evaluate(block); },
        [&](std::span<const float> vote, const sim::SampleBlock& block) {
            return worker.evaluator().score(vote, block);
        },
        [&](std::size_t row, std::uint32_t /*client*/, const fl::Confusion& found) {
            correct[row] += found.correct();
        });
    if (!worker.world().scenario().is_ensemble()) {
        stopwatch.items = static_cast<std::int64_t>(worker.updates().owned(members).size());
    }
    worker.communicator().sum(correct);
    std::int64_t samples = 0;
    for (const sim::SampleBlock& block : worker.assessment_blocks()) {
        samples += static_cast<std::int64_t>(block.count());
    }
    Result accuracies(correct.size());
    std::transform(correct.begin(), correct.end(), accuracies.begin(), [&](std::int64_t hits) {
        return samples > 0 ? static_cast<double>(hits) / static_cast<double>(samples) : 0.0;
    });
    return accuracies;
}

std::vector<StepCost> LeaveOneOutStep::costs(const World& world, int ranks) const {
    const double samples = assessment_samples(world);
    const auto all = static_cast<double>(members.size());
    const bool vote = world.scenario().is_ensemble();
    const sim::Decomposition placement = services_on_ranks(world, members, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        const auto own = static_cast<double>(placement.items(rank).size());
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        cost.predictions = samples / ranks * (vote ? all : 1.0) + (vote ? 0.0 : own * samples);
        cost.means = vote ? 0.0 : own;
        cost.read_samples = samples;
        cost.sums = 1;
        cost.summed_numbers = all + 1;
    }
    return costs;
}

}  // namespace mlaasim::run
