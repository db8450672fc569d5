#include "run/steps/paired_losses.hpp"

#include <cmath>
#include <numeric>

#include "run/steps/leave_one_out.hpp"
#include "run/steps/placement.hpp"
#include "run/steps/without_each.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

/// Losses of all models on all samples: one row a model, samples in the order of the clients.
class LossTable {
public:
    LossTable(std::size_t models, const std::vector<sim::SampleBlock>& blocks) : starts_(blocks.size()) {
        for (std::size_t client = 0; client < blocks.size(); ++client) {
            starts_[client] = samples_;
            samples_ += blocks[client].count();
        }
        units_.resize(models * samples_);
    }

    void set(std::size_t model, std::size_t client, const std::vector<double>& losses) {
        for (std::size_t i = 0; i < losses.size(); ++i) {
            units_[model * samples_ + starts_[client] + i] = std::llround(losses[i] * PairedLossesStep::units_per_loss);
        }
    }

    std::vector<std::int64_t>& units() { return units_; }

private:
    std::size_t samples_ = 0;
    std::vector<std::size_t> starts_;  ///< of each client's samples
    std::vector<std::int64_t> units_;
};

}  // namespace

PairedLossesStep::Result PairedLossesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("assess");
    sim::expects(members.size() >= 2, "leaving one out leaves another");
    const World& world = worker.world();
    const sim::Communicator& communicator = worker.communicator();
    const std::vector<sim::SampleBlock>& blocks = worker.assessment_blocks();
    const sim::Decomposition clients = clients_on_ranks(world, communicator.size());
    fl::ModelEvaluator& evaluator = worker.evaluator();
    LossTable losses{members.size() + 1, blocks};
    if (world.scenario().is_ensemble()) {
        for (const std::uint32_t client : clients.items(communicator.rank())) {
            const sim::SampleBlock& block = blocks[client];
            const auto votes = worker.votes(block, members);
            losses.set(0, client, evaluator.brier_losses(fl::soft_vote(votes), block));
            for (std::size_t i = 0; i < votes.size(); ++i) {
                losses.set(1 + i, client, evaluator.brier_losses(fl::soft_vote_without(votes, i), block));
            }
        }
    } else {
        const std::span<const float> served = worker.models().parameters(served_model);
        evaluator.load({&served, 1});
        for (const std::uint32_t client : clients.items(communicator.rank())) {
            losses.set(0, client, evaluator.brier_losses(blocks[client]).front());
        }
        load_without_each(worker, members, [&](std::span<const std::size_t> left_out) {
            for (std::size_t client = 0; client < blocks.size(); ++client) {
                const auto found = evaluator.brier_losses(blocks[client]);
                for (std::size_t m = 0; m < left_out.size(); ++m) {
                    losses.set(1 + left_out[m], client, found[m]);
                }
            }
        });
        stopwatch.items = static_cast<std::int64_t>(worker.updates().owned(members).size());
    }
    communicator.sum(losses.units());
    return std::move(losses.units());
}

std::vector<StepCost> PairedLossesStep::costs(const World& world, int ranks) const {
    std::vector<StepCost> costs = LeaveOneOutStep{members}.costs(world, ranks);
    for (StepCost& cost : costs) {
        cost.summed_numbers = static_cast<double>(members.size() + 1) * cost.read_samples;
    }
    return costs;
}

}  // namespace mlaasim::run
