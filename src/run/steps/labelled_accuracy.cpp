#include "run/steps/labelled_accuracy.hpp"

#include <cstdint>

#include "run/steps/placement.hpp"

namespace mlaasim::run {

LabelledAccuracyStep::Result LabelledAccuracyStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("assess");
    const World& world = worker.world();
    const std::vector<sim::SampleBlock>& blocks = worker.assessment_blocks();
    std::int64_t correct = 0;
    std::int64_t samples = 0;
    const auto count = [&](const fl::Confusion& found) {
        correct += found.correct();
        samples += found.total();
        ++stopwatch.items;
    };
    const sim::Communicator& communicator = worker.communicator();
    const sim::Decomposition placement = clients_on_ranks(world, communicator.size());
    const auto clients = placement.items(communicator.rank());
    if (votes_decide(world, voters)) {
        worker.vote_together(blocks, clients, voters,
                             [&](std::uint32_t client, const std::vector<std::vector<float>>& votes) {
                                 count(worker.evaluator().score(fl::SoftVote::of(votes).mean(), blocks[client]));
                             });
    } else {
        const std::span<const float> served = worker.models().parameters(served_model);
        worker.evaluator().load({&served, 1});
        for (const std::uint32_t client : clients) {
            count(worker.evaluator().evaluate(blocks[client]).front());
        }
    }
    std::vector<std::int64_t> counts{correct, samples};
    communicator.sum(counts);
    return counts[1] > 0 ? static_cast<double>(counts[0]) / static_cast<double>(counts[1]) : 0.0;
}

std::vector<StepCost> LabelledAccuracyStep::costs(const World& world, int ranks) const {
    const double samples = assessment_samples(world);
    const bool vote = votes_decide(world, voters);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (StepCost& cost : costs) {
        cost.predictions = samples / ranks * (vote ? static_cast<double>(voters.size()) : 1.0);
        cost.read_samples = samples;
        cost.sums = 1;
        cost.summed_numbers = 2;
    }
    return costs;
}

}  // namespace mlaasim::run
