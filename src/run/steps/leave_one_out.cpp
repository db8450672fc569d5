#include "run/steps/leave_one_out.hpp"

#include <algorithm>

#include "run/steps/placement.hpp"
#include "run/steps/without_each.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

/// Right answers of the served model without each of these members, on all assessment blocks; 0 for members whose
/// updates other ranks own.
std::vector<std::int64_t> correct_without(Worker& worker, const std::vector<sim::ServiceId>& members) {
    std::vector<std::int64_t> correct(members.size(), 0);
    load_without_each(worker, members, [&](std::span<const std::size_t> left_out) {
        for (const sim::SampleBlock& block : worker.assessment_blocks()) {
            const std::vector<fl::Confusion> confusions = worker.evaluator().evaluate(block);
            for (std::size_t m = 0; m < left_out.size(); ++m) {
                correct[left_out[m]] += confusions[m].correct();
            }
        }
    });
    return correct;
}

}  // namespace

LeaveOneOutStep::Result LeaveOneOutStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("assess");
    sim::expects(members.size() >= 2, "leaving one out leaves another");
    const World& world = worker.world();
    const sim::Communicator& communicator = worker.communicator();
    const std::vector<sim::SampleBlock>& blocks = worker.assessment_blocks();
    const sim::Decomposition clients = clients_on_ranks(world, communicator.size());
    // correct[0]: of the whole composition; correct[1 + i]: without the i-th member.
    std::vector<std::int64_t> correct(members.size() + 1, 0);
    if (world.scenario().is_ensemble()) {
        for (const std::uint32_t client : clients.items(communicator.rank())) {
            const auto votes = worker.votes(blocks[client], members);
            correct[0] += worker.evaluator().score(fl::soft_vote(votes), blocks[client]).correct();
            for (std::size_t i = 0; i < votes.size(); ++i) {
                correct[1 + i] += worker.evaluator().score(fl::soft_vote_without(votes, i), blocks[client]).correct();
            }
        }
    } else {
        const std::span<const float> served = worker.models().parameters(served_model);
        worker.evaluator().load({&served, 1});
        for (const std::uint32_t client : clients.items(communicator.rank())) {
            correct[0] += worker.evaluator().evaluate(blocks[client]).front().correct();
        }
        const std::vector<std::int64_t> without = correct_without(worker, members);
        std::copy(without.begin(), without.end(), correct.begin() + 1);
        stopwatch.items = static_cast<std::int64_t>(worker.updates().owned(members).size());
    }
    communicator.sum(correct);
    std::int64_t samples = 0;
    for (const sim::SampleBlock& block : blocks) {
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
