// Scores of a composition with all of its members, and without each of them.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "run/steps/placement.hpp"
#include "run/worker.hpp"

namespace mlaasim::run {

/// Loads the served model without each of those members whose updates this rank owns into the worker's evaluator, some
/// at a time, and calls `evaluate` after each loading with their positions in `members`.
void load_without_each(Worker& worker, const std::vector<sim::ServiceId>& members,
                       const std::function<void(std::span<const std::size_t> left_out)>& evaluate);

/// The votes of an ensemble for these clients on the samples kept for assessment: row 0 that of all members, row 1 + i
/// that without the i-th.
void vote_with_and_without(
    Worker& worker, const std::vector<sim::ServiceId>& members, std::span<const std::uint32_t> clients,
    const std::function<void(std::size_t row, std::uint32_t client, const std::vector<float>& vote)>& take);

/// Scores this rank's part on the samples kept for assessment. `take(row, client, score)` gets each score: row 0 is the
/// whole composition, row 1 + i the one without the i-th member. A rank has the whole for its own clients. Without a
/// member it has an average for all clients where it owns the member's update, and a vote for its own clients.
/// `of_models(block)` gives the score of each model that is loaded, `of_vote(probabilities, block)` that of a vote.
template <class OfModels, class OfVote, class Take>
void score_with_and_without(Worker& worker, const std::vector<sim::ServiceId>& members, OfModels of_models,
                            OfVote of_vote, Take take) {
    const World& world = worker.world();
    const std::vector<sim::SampleBlock>& blocks = worker.assessment_blocks();
    const sim::Communicator& communicator = worker.communicator();
    const sim::Decomposition clients = clients_on_ranks(world, communicator.size());
    if (world.scenario().is_ensemble()) {
        vote_with_and_without(worker, members, clients.items(communicator.rank()),
                              [&](std::size_t row, std::uint32_t client, const std::vector<float>& vote) {
                                  take(row, client, of_vote(vote, blocks[client]));
                              });
        return;
    }
    const std::span<const float> served = worker.models().parameters(served_model);
    worker.evaluator().load({&served, 1});
    for (const std::uint32_t client : clients.items(communicator.rank())) {
        take(std::size_t{0}, client, of_models(blocks[client]).front());
    }
    load_without_each(worker, members, [&](std::span<const std::size_t> left_out) {
        for (std::uint32_t client = 0; client < blocks.size(); ++client) {
            const auto scores = of_models(blocks[client]);
            for (std::size_t m = 0; m < left_out.size(); ++m) {
                take(1 + left_out[m], client, scores[m]);
            }
        }
    });
}

}  // namespace mlaasim::run
