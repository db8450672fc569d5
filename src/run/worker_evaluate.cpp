#include "run/worker.hpp"

#include <algorithm>
#include <bit>

#include "run/stopwatch.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

std::vector<std::vector<float>> Worker::votes(const sim::SampleBlock& block, std::span<const sim::ServiceId> voters) {
    std::vector<std::vector<float>> probabilities;
    for (const sim::ServiceId voter : voters) {
        const auto row = rows_.find(voter);
        probabilities.push_back(evaluator_.probabilities(
            row == rows_.end() ? std::span<const float>{initial_} : row->second.values, block));
    }
    return probabilities;
}

std::vector<fl::Confusion> Worker::evaluate(const Command& command) {
    Stopwatch stopwatch{timing_, communicator_.rank(), command.round, "evaluate"};
    const std::size_t cells = std::size_t{world_.classes()} * world_.classes();
    std::vector<std::int64_t> packed;  // per client: id, the bits of the loss, counts
    std::vector<std::uint32_t> indices;
    const bool votes_decide = world_.scenario().is_ensemble() && !command.services.empty();
    if (!votes_decide) {
        const std::span<const float> composition{composition_};
        evaluator_.load({&composition, 1});
    }
    for (const sim::ClientId client : my_clients()) {
        block_.read(world_.client_stream(client, command.round, indices));
        const fl::Confusion confusion = votes_decide
                                            ? evaluator_.score(fl::soft_vote(votes(block_, command.services)), block_)
                                            : std::move(evaluator_.evaluate(block_).front());
        packed.push_back(client.value());
        packed.push_back(std::bit_cast<std::int64_t>(confusion.loss_sum()));
        packed.insert(packed.end(), confusion.counts().begin(), confusion.counts().end());
        ++stopwatch.items;
    }
    const std::vector<std::int64_t> all = communicator_.gather_records(packed);
    std::vector<fl::Confusion> by_client;
    if (communicator_.is_root()) {
        by_client.assign(world_.clients(), fl::Confusion{world_.classes()});
        for (std::size_t at = 0; at < all.size(); at += cells + 2) {
            by_client[static_cast<std::size_t>(all[at])] = fl::Confusion::from(
                world_.classes(), std::span{all}.subspan(at + 2, cells), std::bit_cast<double>(all[at + 1]));
        }
    }
    return by_client;
}

void Worker::read_assessment_blocks(sim::Round round) {
    if (assessment_round_ == round) {
        return;
    }
    assessment_blocks_.resize(world_.clients());
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        assessment_blocks_[c].read(
            world_.client_stream(sim::ClientId{c}, round, indices, world_.scenario().evaluation.assessment_samples));
    }
    assessment_round_ = round;
}

std::vector<double> Worker::leave_one_out(const Command& command) {
    Stopwatch stopwatch{timing_, communicator_.rank(), command.round, "assess"};
    sim::expects(command.services.size() >= 2, "leaving one out leaves another");
    read_assessment_blocks(command.round);
    // correct[0]: of the whole composition; correct[1 + i]: without the i-th member.
    std::vector<std::int64_t> correct(command.services.size() + 1, 0);
    if (world_.scenario().is_ensemble()) {
        for (const sim::ClientId client : my_clients()) {
            const sim::SampleBlock& block = assessment_blocks_[client.value()];
            const auto members = votes(block, command.services);
            correct[0] += evaluator_.score(fl::soft_vote(members), block).correct();
            for (std::size_t i = 0; i < members.size(); ++i) {
                correct[1 + i] += evaluator_.score(fl::soft_vote_without(members, i), block).correct();
            }
        }
    } else {
        const std::span<const float> composition{composition_};
        evaluator_.load({&composition, 1});
        for (const sim::ClientId client : my_clients()) {
            correct[0] += evaluator_.evaluate(assessment_blocks_[client.value()]).front().correct();
        }
        const std::vector<std::int64_t> without = correct_without(command.services);
        std::copy(without.begin(), without.end(), correct.begin() + 1);
        stopwatch.items = static_cast<std::int64_t>(owned(command.services).size());
    }
    communicator_.sum(correct);
    std::int64_t samples = 0;
    for (const sim::SampleBlock& block : assessment_blocks_) {
        samples += static_cast<std::int64_t>(block.count());
    }
    std::vector<double> accuracies(correct.size());
    std::transform(correct.begin(), correct.end(), accuracies.begin(), [&](std::int64_t hits) {
        return samples > 0 ? static_cast<double>(hits) / static_cast<double>(samples) : 0.0;
    });
    return accuracies;
}

/// Right answers of the composition without each of these members, on all assessment blocks; 0 for those of others.
std::vector<std::int64_t> Worker::correct_without(std::span<const sim::ServiceId> services) {
    // Models that pass over the samples together: enough to share them in cache, few enough for memory.
    constexpr std::size_t models_at_once = 16;
    std::vector<std::int64_t> correct(services.size(), 0);
    std::vector<std::size_t> left_out;
    std::vector<sim::AlignedVector<float>> parameters(std::min(models_at_once, services.size()));
    const auto evaluate_group = [&] {
        const std::vector<std::span<const float>> models(
            parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(left_out.size()));
        evaluator_.load(models);
        for (const sim::SampleBlock& block : assessment_blocks_) {
            const std::vector<fl::Confusion> confusions = evaluator_.evaluate(block);
            for (std::size_t m = 0; m < left_out.size(); ++m) {
                correct[left_out[m]] += confusions[m].correct();
            }
        }
        left_out.clear();
    };
    for (std::size_t i = 0; i < services.size(); ++i) {
        const auto row = rows_.find(services[i]);
        if (row == rows_.end() || !row->second.owned) {
            continue;
        }
        fl::FixedPointSum others = sum_;
        others.subtract(row->second.values, weight(services[i]));
        sim::AlignedVector<float>& mean = parameters[left_out.size()];
        mean.resize(initial_.size());
        others.mean(mean);
        left_out.push_back(i);
        if (left_out.size() == models_at_once) {
            evaluate_group();
        }
    }
    if (!left_out.empty()) {
        evaluate_group();
    }
    return correct;
}

}  // namespace mlaasim::run
