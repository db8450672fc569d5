#include "run/steps/changed_losses.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "run/steps/loss_table.hpp"
#include "run/steps/placement.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

using composition::Change;

/// Whoever joins in one of the changes, by id.
std::vector<sim::ServiceId> joining(std::span<const Change> changes) {
    std::set<sim::ServiceId> found;
    for (const Change& change : changes) {
        if (change.joins.valid()) {
            found.insert(change.joins);
        }
    }
    return {found.begin(), found.end()};
}

/// Whose row decides where the change of an average is scored.
sim::ServiceId scored_with(const Change& change) { return change.leaves.valid() ? change.leaves : change.joins; }

void apply(const Change& change, Worker& worker, fl::FixedPointSum& sum) {
    if (change.leaves.valid()) {
        sum.subtract(worker.updates().own(change.leaves), worker.weight(change.leaves));
    }
    if (change.joins.valid()) {
        const sim::AlignedVector<float>* const row = worker.updates().find(change.joins);
        sim::expects(row != nullptr, "who joins was trained in this round");
        sim::expects(sum.add(*row, worker.weight(change.joins)) == fl::FixedPointSum::Outcome::added,
                     "kept updates can be added");
    }
}

/// Of all blocks one behind the other, by client.
std::vector<sim::SampleBlock> every_other_of(const std::vector<sim::SampleBlock>& blocks) {
    std::vector<sim::SampleBlock> found(blocks.size());
    std::size_t before = 0;
    for (std::size_t client = 0; client < blocks.size(); ++client) {
        std::vector<std::uint32_t> taken;
        for (std::size_t i = before % 2; i < blocks[client].count(); i += 2) {
            taken.push_back(static_cast<std::uint32_t>(i));
        }
        found[client].take(blocks[client], taken);
        before += blocks[client].count();
    }
    return found;
}

/// Row 0 on this rank's clients; the changes whose rows are here, on all clients.
void score_averages(const ChangedLossesStep& step, const std::vector<sim::SampleBlock>& blocks, Worker& worker,
                    LossTable& losses) {
    const std::span<const float> whole = worker.models().parameters(step.composed);
    const fl::FixedPointSum* const whole_sum = worker.models().sum(step.composed);
    sim::expects(whole_sum != nullptr, "the sum of a composed model is known");
    worker.evaluator().load({&whole, 1});
    const sim::Decomposition clients = clients_on_ranks(worker.world(), worker.communicator().size());
    for (const std::uint32_t client : clients.items(worker.communicator().rank())) {
        losses.set(0, client, worker.evaluator().brier_losses(blocks[client]).front());
    }
    std::vector<std::size_t> here;
    for (std::size_t i = 0; i < step.changes.size(); ++i) {
        if (worker.updates().owns(scored_with(step.changes[i]))) {
            here.push_back(i);
        }
    }
    std::vector<sim::AlignedVector<float>> means(std::min(models_at_once, here.size()));
    for (auto rest = std::span<const std::size_t>{here}; !rest.empty();) {
        const auto some = rest.first(std::min(models_at_once, rest.size()));
        rest = rest.subspan(some.size());
        for (std::size_t m = 0; m < some.size(); ++m) {
            fl::FixedPointSum changed = *whole_sum;
            apply(step.changes[some[m]], worker, changed);
            sim::expects(changed.weight() > 0, "a changed composition has members");
            means[m].resize(worker.parameter_count());
            changed.mean(means[m]);
        }
        const std::vector<std::span<const float>> models(means.begin(),
                                                         means.begin() + static_cast<std::ptrdiff_t>(some.size()));
        worker.evaluator().load(models);
        for (std::uint32_t client = 0; client < blocks.size(); ++client) {
            const auto found = worker.evaluator().brier_losses(blocks[client]);
            for (std::size_t m = 0; m < some.size(); ++m) {
                losses.set(1 + some[m], client, found[m]);
            }
        }
    }
}

/// All rows on this rank's clients. A change costs one vote taken back and one added, whoever else votes.
void score_votes(const ChangedLossesStep& step, const std::vector<sim::SampleBlock>& blocks,
                 std::span<const sim::ServiceId> candidates, Worker& worker, LossTable& losses) {
    std::vector<sim::ServiceId> voters = step.members;
    voters.insert(voters.end(), candidates.begin(), candidates.end());
    std::map<sim::ServiceId, std::size_t> place_of;
    for (std::size_t i = 0; i < voters.size(); ++i) {
        place_of[voters[i]] = i;
    }
    const sim::Decomposition clients = clients_on_ranks(worker.world(), worker.communicator().size());
    worker.vote_together(blocks, clients.items(worker.communicator().rank()), voters,
                         [&](std::uint32_t client, const std::vector<std::vector<float>>& votes) {
                             const sim::SampleBlock& block = blocks[client];
                             const fl::SoftVote whole = fl::SoftVote::of(std::span{votes}.first(step.members.size()));
                             losses.set(0, client, worker.evaluator().brier_losses(whole.mean(), block));
                             for (std::size_t i = 0; i < step.changes.size(); ++i) {
                                 const auto& [leaves, joins] = step.changes[i];
                                 fl::SoftVote changed = whole;
                                 if (leaves.valid()) {
                                     changed.subtract(votes[place_of.at(leaves)]);
                                 }
                                 if (joins.valid()) {
                                     changed.add(votes[place_of.at(joins)]);
                                 }
                                 losses.set(1 + i, client, worker.evaluator().brier_losses(changed.mean(), block));
                             }
                         });
}

}  // namespace

ChangedLossesStep::Result ChangedLossesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("compare");
    const std::vector<sim::ServiceId> candidates = joining(changes);
    std::vector<sim::SampleBlock> half;
    if (samples == composition::LabelledSamples::every_other) {
        half = every_other_of(worker.assessment_blocks());
    }
    const std::vector<sim::SampleBlock>& blocks = half.empty() ? worker.assessment_blocks() : half;
    LossTable losses{changes.size() + 1, blocks};
    if (worker.world().scenario().is_ensemble()) {
        score_votes(*this, blocks, candidates, worker, losses);
    } else {
        worker.updates().share(candidates, worker.communicator());
        score_averages(*this, blocks, worker, losses);
    }
    stopwatch.items = static_cast<std::int64_t>(changes.size());
    worker.communicator().sum(losses.units());
    return losses.take();
}

std::vector<StepCost> ChangedLossesStep::costs(const World& world, int ranks) const {
    const double scored = assessment_samples(world) / (samples == composition::LabelledSamples::all ? 1.0 : 2.0);
    const auto all = static_cast<double>(changes.size());
    const std::vector<sim::ServiceId> candidates = joining(changes);
    const bool vote = world.scenario().is_ensemble();
    const sim::Decomposition placements[] = {services_on_ranks(world, members, ranks),
                                             services_on_ranks(world, candidates, ranks)};
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        std::set<sim::ServiceId> here;
        for (const std::uint32_t item : placements[0].items(rank)) {
            here.insert(members[item]);
        }
        for (const std::uint32_t item : placements[1].items(rank)) {
            here.insert(candidates[item]);
        }
        const auto own = static_cast<double>(
            std::ranges::count_if(changes, [&](const Change& change) { return here.contains(scored_with(change)); }));
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        cost.predictions = vote ? scored / ranks * static_cast<double>(members.size() + candidates.size())
                                : scored / ranks + own * scored;
        cost.means = vote ? 0.0 : own;
        cost.kept_rows = vote ? 0.0 : static_cast<double>(candidates.size());
        cost.read_samples = assessment_samples(world);
        cost.spreads = vote ? 0 : 2;  // ids, and their rows
        cost.spread_rows = vote ? 0.0 : static_cast<double>(candidates.size());
        cost.sums = 1;
        cost.summed_numbers = (all + 1) * scored;
    }
    return costs;
}

}  // namespace mlaasim::run
