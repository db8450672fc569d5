#include "run/steps/random_halves.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "run/steps/loss_table.hpp"
#include "run/steps/placement.hpp"
#include "run/steps/sum_of_updates.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

using Votes = std::vector<std::vector<float>>;

/// Rows of the losses.
constexpr std::size_t whole_row = 0;
constexpr std::size_t first_row = 1;
constexpr std::size_t other_row = 2;
constexpr std::size_t loss_rows = 3;

/// Of a client, whose samples begin at `start`: those that belong to the pair.
std::vector<std::uint32_t> samples_of(std::size_t pair, std::size_t pairs, std::size_t start, std::size_t count) {
    std::vector<std::uint32_t> found;
    for (std::size_t i = (pair + pairs - start % pairs) % pairs; i < count; i += pairs) {
        found.push_back(static_cast<std::uint32_t>(i));
    }
    return found;
}

/// Class probabilities of these samples alone.
std::vector<float> rows_of(const std::vector<float>& probabilities, std::span<const std::uint32_t> samples,
                           std::size_t classes) {
    std::vector<float> some;
    for (const std::uint32_t sample : samples) {
        const auto row = probabilities.begin() + static_cast<std::ptrdiff_t>(sample * classes);
        some.insert(some.end(), row, row + static_cast<std::ptrdiff_t>(classes));
    }
    return some;
}

/// Those members that are in a half.
std::vector<sim::ServiceId> members_of(const std::vector<bool>& half, const std::vector<sim::ServiceId>& members) {
    std::vector<sim::ServiceId> taken;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (half[i]) {
            taken.push_back(members[i]);
        }
    }
    return taken;
}

/// On this rank's clients.
void score_averages(const RandomHalvesStep& step, const std::vector<std::vector<bool>>& halves,
                    std::span<const std::uint32_t> clients, Worker& worker, LossTable& losses) {
    const std::vector<sim::SampleBlock>& blocks = worker.assessment_blocks();
    const std::span<const float> served = worker.models().parameters(served_model);
    worker.evaluator().load({&served, 1});
    for (const std::uint32_t client : clients) {
        losses.set(whole_row, client, worker.evaluator().brier_losses(blocks[client]).front());
    }
    const fl::FixedPointSum* const whole = worker.models().sum(served_model);
    sim::expects(whole != nullptr, "the sum of the model that serves is known");
    sim::AlignedVector<float> first(worker.parameter_count());
    sim::AlignedVector<float> other(worker.parameter_count());
    const std::span<const float> models[] = {first, other};
    for (std::size_t pair = 0; pair < halves.size(); ++pair) {
        const fl::FixedPointSum sum = sum_of_updates(members_of(halves[pair], step.members), worker);
        fl::FixedPointSum rest = *whole;
        rest.subtract(sum);
        sum.mean(first);
        rest.mean(other);
        worker.evaluator().load(models);
        for (const std::uint32_t client : clients) {
            const auto samples = samples_of(pair, halves.size(), losses.start(client), blocks[client].count());
            if (samples.empty()) {
                continue;
            }
            sim::SampleBlock& block = worker.scratch();
            block.take(blocks[client], samples);
            const auto found = worker.evaluator().brier_losses(block);
            losses.set(first_row, client, samples, found.front());
            losses.set(other_row, client, samples, found.back());
        }
    }
}

/// On this rank's clients.
void score_votes(const RandomHalvesStep& step, const std::vector<std::vector<bool>>& halves,
                 std::span<const std::uint32_t> clients, Worker& worker, LossTable& losses) {
    const std::vector<sim::SampleBlock>& blocks = worker.assessment_blocks();
    const std::size_t classes = worker.world().classes();
    worker.vote_together(blocks, clients, step.members, [&](std::uint32_t client, const Votes& votes) {
        for (std::size_t pair = 0; pair < halves.size(); ++pair) {
            const auto samples = samples_of(pair, halves.size(), losses.start(client), blocks[client].count());
            if (samples.empty()) {
                continue;
            }
            sim::SampleBlock& block = worker.scratch();
            block.take(blocks[client], samples);
            std::vector<fl::SoftVote> chosen(loss_rows, fl::SoftVote{samples.size() * classes});
            for (std::size_t member = 0; member < votes.size(); ++member) {
                const std::vector<float> its = rows_of(votes[member], samples, classes);
                chosen[whole_row].add(its);
                chosen[halves[pair][member] ? first_row : other_row].add(its);
            }
            for (std::size_t row = 0; row < loss_rows; ++row) {
                losses.set(row, client, samples, worker.evaluator().brier_losses(chosen[row].mean(), block));
            }
        }
    });
}

}  // namespace

std::vector<std::vector<bool>> drawn_halves(std::size_t members, std::size_t pairs, sim::Seed seed, sim::Round round) {
    sim::expects(members >= 2, "each half has a member");
    sim::RandomStream random{seed, sim::Purpose::random_halves, 0, round.value()};
    std::vector<std::vector<bool>> halves;
    while (halves.size() < pairs) {
        std::vector<bool> first(members);
        for (std::size_t i = 0; i < members; ++i) {
            first[i] = random.below(2) == 1;
        }
        if (std::ranges::find(first, true) != first.end() && std::ranges::find(first, false) != first.end()) {
            halves.push_back(std::move(first));
        }
    }
    return halves;
}

RandomHalvesStep::Result RandomHalvesStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("assess");
    const World& world = worker.world();
    const auto halves =
        drawn_halves(members.size(), static_cast<std::size_t>(pairs), world.scenario().random_seed(), worker.round());
    const sim::Decomposition placement = clients_on_ranks(world, worker.communicator().size());
    const auto clients = placement.items(worker.communicator().rank());
    LossTable losses{loss_rows, worker.assessment_blocks()};
    if (world.scenario().is_ensemble()) {
        score_votes(*this, halves, clients, worker, losses);
    } else {
        score_averages(*this, halves, clients, worker, losses);
        stopwatch.items = pairs;
    }
    worker.communicator().sum(losses.units());
    return losses.take();
}

std::vector<StepCost> RandomHalvesStep::costs(const World& world, int ranks) const {
    const double samples = assessment_samples(world);
    const auto halves = static_cast<double>(pairs);
    const bool vote = world.scenario().is_ensemble();
    StepCost cost;
    cost.predictions = samples / ranks * (vote ? static_cast<double>(members.size()) : 3.0);
    cost.means = vote ? 0.0 : 2.0 * halves;
    cost.read_samples = samples;
    cost.sums = vote ? 1.0 : 1.0 + halves;
    cost.summed_numbers = 3.0 * samples + (vote ? 0.0 : halves * static_cast<double>(world.model().layout().size()));
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks), cost);
    return costs;
}

}  // namespace mlaasim::run
