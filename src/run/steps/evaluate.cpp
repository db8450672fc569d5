#include "run/steps/evaluate.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

#include "run/steps/placement.hpp"

namespace mlaasim::run {
namespace {

bool votes_decide(const World& world, const std::vector<sim::ServiceId>& voters) {
    return world.scenario().is_ensemble() && !voters.empty();
}

}  // namespace

EvaluateStep::Result EvaluateStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("evaluate");
    const World& world = worker.world();
    const std::size_t cells = std::size_t{world.classes()} * world.classes();
    std::vector<std::int64_t> packed;  // per client: id, the bits of the loss, counts
    std::vector<std::uint32_t> indices;
    const bool vote = votes_decide(world, voters);
    if (!vote) {
        const std::span<const float> served = worker.models().parameters(served_model);
        worker.evaluator().load({&served, 1});
    }
    const auto pack = [&](sim::ClientId client, const fl::Confusion& confusion) {
        packed.push_back(client.value());
        packed.push_back(std::bit_cast<std::int64_t>(confusion.loss_sum()));
        packed.insert(packed.end(), confusion.counts().begin(), confusion.counts().end());
        ++stopwatch.items;
    };
    // Clients whose samples wait until enough are there for a vote.
    std::vector<sim::ClientId> waiting;
    std::vector<sim::SampleBlock> blocks;
    const auto vote_on_waiting = [&] {
        std::vector<const sim::SampleBlock*> voted;
        std::transform(blocks.begin(), blocks.end(), std::back_inserter(voted), [](const auto& b) { return &b; });
        const std::vector<fl::SoftVote> votes = worker.votes(voted, voters);
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            pack(waiting[i], worker.evaluator().score(votes[i].mean(), *voted[i]));
        }
        waiting.clear();
        blocks.clear();
    };
    std::size_t samples = 0;
    const sim::Communicator& communicator = worker.communicator();
    const sim::Decomposition placement = clients_on_ranks(world, communicator.size());
    for (const std::uint32_t item : placement.items(communicator.rank())) {
        const sim::ClientId client{item};
        if (!vote) {
            worker.scratch().read(world.client_stream(client, worker.round(), indices));
            pack(client, worker.evaluator().evaluate(worker.scratch()).front());
            continue;
        }
        waiting.push_back(client);
        blocks.emplace_back().read(world.client_stream(client, worker.round(), indices));
        samples += blocks.back().count();
        if (samples >= voted_samples_at_once) {
            vote_on_waiting();
            samples = 0;
        }
    }
    if (vote) {
        vote_on_waiting();
    }
    const std::vector<std::int64_t> all = communicator.gather_records(packed);
    Result by_client;
    if (communicator.is_root()) {
        by_client.assign(world.clients(), fl::Confusion{world.classes()});
        for (std::size_t at = 0; at < all.size(); at += cells + 2) {
            by_client[static_cast<std::size_t>(all[at])] = fl::Confusion::from(
                world.classes(), std::span{all}.subspan(at + 2, cells), std::bit_cast<double>(all[at + 1]));
        }
    }
    return by_client;
}

std::vector<StepCost> EvaluateStep::costs(const World& world, int ranks) const {
    const double models = votes_decide(world, voters) ? static_cast<double>(voters.size()) : 1.0;
    const std::size_t numbers = std::size_t{world.classes()} * world.classes() + 2;
    const sim::Decomposition placement = clients_on_ranks(world, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        cost.gathers = 1;
        for (const std::uint32_t client : placement.items(rank)) {
            cost.predictions += models * samples_of_client(world, sim::ClientId{client});
            cost.sent_bytes += rank == 0 ? 0.0 : static_cast<double>(numbers * sizeof(std::int64_t));
        }
    }
    return costs;
}

}  // namespace mlaasim::run
