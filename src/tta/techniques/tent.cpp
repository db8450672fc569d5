#include "sim/core/error.hpp"
#include "tta/techniques/gradient_steps.hpp"
#include "tta/techniques/statistics.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

/// TENT (Wang et al. 2021; TTA-GRAD of the test-time paper). The stream passes once, batch by batch. Each batch is
/// normalised by its own statistics, and Adam takes one step on its mean entropy, on gamma and beta alone. Then the
/// running statistics become those of the whole stream under the new gamma and beta. Moments start from 0 in every
/// adaptation, because the model has been trained since the one before.
struct Tent final : Technique {
    double rate = 1e-3;
    std::int64_t batch = 64;

    [[nodiscard]] Changes changes() const override { return Changes::affine; }
    [[nodiscard]] double passes() const override { return 7.0; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::batch_norm}; }
    /// For a variance.
    [[nodiscard]] std::int64_t fewest_samples() const override { return 2; }

    void adapt(const fl::Model& model, std::span<float> parameters, Memory& /*memory*/,
               const Stream& stream) const override {
        sim::expects(model.layout().has_batch_norm(), "entropy minimisation by batch norm needs batch norm");
        sim::expects(stream.samples.count() >= 2, "a variance needs two samples");
        {
            Differentiable differentiable{model, parameters, Leaves::affine};
            Adam adam;
            for (const Batch& samples : batches_of(stream.samples.count(), static_cast<std::size_t>(batch))) {
                entropies(logits_by_batch(model, differentiable.tensors(), stream.samples, samples)).mean().backward();
                adam.step(differentiable.leaves(), rate);
            }
        }
        move_statistics(model, parameters, fl::batch_of(model, stream.samples.sample(0), stream.samples.count()),
                        /*kept=*/0.0);
    }

    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        return gradient_at(model, parameters, Leaves::affine, [&](const fl::ParameterTensors& tensors) {
            entropies(logits_by_batch(model, tensors, stream.samples, {0, stream.samples.count()})).mean().backward();
        });
    }
};

void declare(sim::OptionVisitor& visitor, Tent& options) {
    visitor.option("rate", options.rate, {.doc = "Learning rate of Adam", .range = sim::positive()});
    visitor.option(
        "batch", options.batch,
        {.doc = "Samples of one step; the last batch takes what is left over", .range = sim::between(2, 65536)});
}

}  // namespace

sim::Kind<Technique> tent_technique() {
    return sim::Kind<Technique>::of<Tent>("tent", "gamma and beta of batch norm follow the entropy of the predictions");
}

}  // namespace mlaasim::tta
