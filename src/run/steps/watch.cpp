#include "run/steps/watch.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <span>

#include "run/steps/placement.hpp"

namespace mlaasim::run {
namespace {

using composition::WatchedValue;

std::vector<double> values_of(WatchedValue value, std::span<const float> probabilities, const sim::SampleBlock& block,
                              const fl::ModelEvaluator& evaluator) {
    if (value == WatchedValue::loss) {
        std::vector<double> losses = evaluator.brier_losses(probabilities, block);
        std::ranges::for_each(losses, [](double& loss) { loss /= 2.0; });
        return losses;
    }
    std::vector<double> errors;
    for (std::size_t i = 0; i < block.count(); ++i) {
        const std::size_t classes = probabilities.size() / block.count();
        const auto row = probabilities.subspan(i * classes, classes);
        const auto answer = std::max_element(row.begin(), row.end()) - row.begin();
        errors.push_back(answer == block.labels()[i] ? 0.0 : 1.0);
    }
    return errors;
}

}  // namespace

WatchStep::Result WatchStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("watch");
    const World& world = worker.world();
    const sim::Communicator& communicator = worker.communicator();
    const sim::Decomposition placement = clients_on_ranks(world, communicator.size());
    const auto clients = placement.items(communicator.rank());
    std::vector<std::uint32_t> indices;
    const auto read = [&](sim::SampleBlock& block, std::uint32_t client) {
        block.read(world.assessment_samples(sim::ClientId{client}, worker.round(), indices));
    };
    std::vector<std::int64_t> packed;  // per client: id, samples, the bits of their values
    const auto take = [&](std::uint32_t client, std::span<const float> probabilities, const sim::SampleBlock& block) {
        const std::vector<double> values = values_of(value, probabilities, block, worker.evaluator());
        packed.insert(packed.end(), {client, static_cast<std::int64_t>(values.size())});
        std::ranges::transform(values, std::back_inserter(packed),
                               [](double each) { return std::bit_cast<std::int64_t>(each); });
        ++stopwatch.items;
    };
    if (votes_decide(world, voters)) {
        std::vector<sim::SampleBlock> blocks(world.clients());
        for (const std::uint32_t client : clients) {
            read(blocks[client], client);
        }
        worker.vote_together(blocks, clients, voters,
                             [&](std::uint32_t client, const std::vector<std::vector<float>>& votes) {
                                 take(client, fl::SoftVote::of(votes).mean(), blocks[client]);
                             });
    } else {
        const std::span<const float> served = worker.models().parameters(served_model);
        worker.evaluator().load({&served, 1});
        for (const std::uint32_t client : clients) {
            read(worker.scratch(), client);
            take(client, worker.evaluator().probabilities(worker.scratch()).front(), worker.scratch());
        }
    }
    const std::vector<std::int64_t> all = communicator.gather_records(packed);
    Result by_client(communicator.is_root() ? world.clients() : 0);
    for (auto at = all.begin(); at != all.end();) {
        std::vector<double>& values = by_client[static_cast<std::size_t>(*at++)];
        const std::int64_t samples = *at++;
        std::transform(at, at + samples, std::back_inserter(values),
                       [](std::int64_t bits) { return std::bit_cast<double>(bits); });
        at += samples;
    }
    return by_client;
}

std::vector<StepCost> WatchStep::costs(const World& world, int ranks) const {
    const double models = votes_decide(world, voters) ? static_cast<double>(voters.size()) : 1.0;
    const sim::Decomposition placement = clients_on_ranks(world, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    std::vector<std::uint32_t> indices;
    for (int rank = 0; rank < ranks; ++rank) {
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        cost.gathers = 1;
        for (const std::uint32_t client : placement.items(rank)) {
            const auto samples = static_cast<double>(
                world.assessment_samples(sim::ClientId{client}, sim::Round{1}, indices).indices.size());
            cost.predictions += models * samples;
            cost.sent_bytes += rank == 0 ? 0.0 : (samples + 2.0) * sizeof(std::int64_t);
        }
    }
    return costs;
}

}  // namespace mlaasim::run
