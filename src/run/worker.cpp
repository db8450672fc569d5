#include "run/worker.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>

#include "run/service_lists.hpp"
#include "run/serving_view.hpp"
#include "run/steps/step.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

sim::AlignedVector<float> initial_parameters(const World& world) {
    sim::AlignedVector<float> parameters(world.model().layout().size());
    world.model().initialise(parameters, {world.scenario().random_seed(), sim::Purpose::model_init, 0, 0});
    return parameters;
}

/// The first of the scenario's techniques that changes predictions.
const tta::Technique& adjusting_technique(const Scenario& scenario) {
    const auto techniques = scenario.test_time.techniques();
    const auto found = std::ranges::find_if(
        techniques, [](const auto* one) { return (*one)->changes() == tta::Changes::predictions; });
    sim::expects(found != techniques.end(), "predictions are adjusted by a technique of the scenario");
    return ***found;
}

}  // namespace

Worker::Worker(const World& world, sim::Communicator communicator)
    : world_{world},
      communicator_{std::move(communicator)},
      evaluator_{fl::make_evaluator(world.engine(), world.model(), world.scenario().evaluation.batch_size)},
      trainer_{fl::make_trainer(world.engine(), world.model(), world.scenario().training)},
      models_{initial_parameters(world)},
      updates_{parameter_count()},
      scale_{1.0, 1, 1} {
    for (std::uint32_t service = 0; service < world.services(); ++service) {
        const std::int64_t own = weight(sim::ServiceId{service});
        largest_weight_ = std::max(largest_weight_, own);
        total_weight_ += own;
    }
}

Worker::~Worker() = default;

void Worker::enter(sim::Round round) {
    if (!round.valid() || round == round_) {
        return;
    }
    round_ = round;
    serving_view_.reset();
    models_.begin_round();
    scale_ = {fl::divergence_bound(models_.parameters(model_at_start)), largest_weight_,
              std::max(largest_weight_, total_weight_)};
    if (!world_.scenario().is_ensemble()) {
        updates_.forget_all();
    }
}

void Worker::serve() {
    for (;;) {
        std::vector<std::byte> bytes;
        communicator_.broadcast(bytes);
        const Order order = unpack(bytes);
        enter(order.round);
        const std::string name = name_of(order);
        communicator_.begin(name);
        if (std::holds_alternative<StopStep>(order.step)) {
            return;
        }
        std::visit([this](const auto& step) { static_cast<void>(step.carry_out(*this)); }, order.step);
        communicator_.begin("rank 0's own work (decisions, trace) after the " + name);
    }
}

void Worker::note_time(std::string_view phase, std::chrono::duration<double> time) {
    timing_.push_back({.round = round_.value(),
                       .rank = static_cast<std::uint32_t>(communicator_.rank()),
                       .phase = phase,
                       .seconds = time.count(),
                       .resident_mib = resident_mib()});
}

fl::BatchNormAdapter& Worker::batch_norm_adapter() {
    if (batch_norm_adapter_ == nullptr) {
        batch_norm_adapter_ = fl::make_batch_norm_adapter(world_.engine(), world_.model());
    }
    return *batch_norm_adapter_;
}

ServingView& Worker::serving_view(const std::vector<sim::ServiceId>& members) {
    if (serving_view_ == nullptr || !serving_view_->is_of(members, models_.served_version())) {
        serving_view_ = std::make_unique<ServingView>(*this, members);
    }
    return *serving_view_;
}

std::int64_t Worker::weight(sim::ServiceId service) const {
    return world_.scenario().composition.aggregation->weight(world_.training_count(service));
}

const std::vector<sim::SampleBlock>& Worker::assessment_blocks() {
    if (assessment_round_ != round_) {
        assessment_blocks_.resize(world_.clients());
        std::vector<std::uint32_t> indices;
        for (std::uint32_t c = 0; c < world_.clients(); ++c) {
            assessment_blocks_[c].read(world_.assessment_samples(sim::ClientId{c}, round_, indices));
        }
        assessment_round_ = round_;
    }
    return assessment_blocks_;
}

std::optional<std::uint32_t> Worker::only_labelled_class() {
    std::optional<std::uint32_t> only;
    for (const sim::SampleBlock& block : assessment_blocks()) {
        for (const std::uint32_t label : block.labels()) {
            if (only && *only != label) {
                return std::nullopt;
            }
            only = label;
        }
    }
    return only;
}

void Worker::turn_assessment_block(sim::ClientId client, double degrees, float zero) {
    static_cast<void>(assessment_blocks());
    sim::SampleBlock& block = assessment_blocks_[client.value()];
    sim::SampleBlock turned;
    turned.turn(block, block.count(), degrees, zero);
    block = std::move(turned);
}

void Worker::vote(std::span<const sim::SampleBlock* const> blocks, std::span<const sim::ServiceId> voters,
                  const std::function<void(std::size_t, std::size_t, std::vector<float>)>& take) {
    for (std::size_t first = 0; first < voters.size(); first += models_at_once) {
        std::vector<std::span<const float>> loaded;
        for (const sim::ServiceId voter : voters.subspan(first, std::min(models_at_once, voters.size() - first))) {
            const sim::AlignedVector<float>* const own = updates_.find(voter);
            loaded.emplace_back(own != nullptr ? *own : models_.parameters(initial_model));
        }
        evaluator_.load(loaded);
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            std::vector<std::vector<float>> probabilities = evaluator_.probabilities(*blocks[b]);
            for (std::size_t v = 0; v < loaded.size(); ++v) {
                take(first + v, b,
                     contains(adjusted_, voters[first + v])
                         ? adjusted(adjusting_technique(world_.scenario()), loaded[v], *blocks[b])
                         : std::move(probabilities[v]));
            }
        }
    }
}

void Worker::vote_together(const std::vector<sim::SampleBlock>& blocks, std::span<const std::uint32_t> clients,
                           std::span<const sim::ServiceId> voters,
                           const std::function<void(std::uint32_t, const std::vector<std::vector<float>>&)>& take) {
    for (std::size_t first = 0; first < clients.size();) {
        std::vector<const sim::SampleBlock*> some;
        for (std::size_t samples = 0; first + some.size() < clients.size() && samples < voted_samples_at_once;) {
            some.push_back(&blocks[clients[first + some.size()]]);
            samples += some.back()->count();
        }
        std::vector<std::vector<std::vector<float>>> rows(some.size(), std::vector<std::vector<float>>(voters.size()));
        vote(some, voters, [&](std::size_t voter, std::size_t block, std::vector<float> probabilities) {
            rows[block][voter] = std::move(probabilities);
        });
        for (std::size_t b = 0; b < some.size(); ++b) {
            take(clients[first + b], rows[b]);
        }
        first += some.size();
    }
}

std::vector<float> Worker::adjusted(const tta::Technique& technique, std::span<const float> parameters,
                                    const sim::SampleBlock& block) {
    if (block.count() == 0) {
        return {};
    }
    if (!features_) {
        features_ = std::make_unique<tta::FeatureReader>(world_.model(), world_.engine(),
                                                         world_.scenario().evaluation.batch_size);
    }
    const tta::FeaturedPredictions predictions = features_->read(parameters, block);
    return technique.adjusted(predictions.features, predictions.probabilities, world_.classes());
}

std::vector<fl::SoftVote> Worker::votes(std::span<const sim::SampleBlock* const> blocks,
                                        std::span<const sim::ServiceId> voters) {
    std::vector<fl::SoftVote> votes;
    for (const sim::SampleBlock* const block : blocks) {
        votes.emplace_back(block->count() * world_.classes());
    }
    vote(blocks, voters, [&](std::size_t /*voter*/, std::size_t block, const std::vector<float>& probabilities) {
        votes[block].add(probabilities);
    });
    return votes;
}

std::vector<float> Worker::vote_on(const sim::SampleBlock& block, std::span<const sim::ServiceId> voters) {
    const sim::SampleBlock* const blocks[] = {&block};
    return votes(blocks, voters).front().mean();
}

}  // namespace mlaasim::run
