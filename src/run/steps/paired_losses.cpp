#include "run/steps/paired_losses.hpp"

#include <cmath>

#include "run/steps/leave_one_out.hpp"
#include "run/steps/with_and_without.hpp"
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
