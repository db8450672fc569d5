#include "sim/core/error.hpp"
#include "tta/techniques/batches.hpp"
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
        sim::expects(stream.samples.count() >= 2, "a variance needs two samples");
        fl::AffineAdam adam;
        for (const Batch& samples : batches_of(stream.samples.count(), static_cast<std::size_t>(batch))) {
            adam.step(model, parameters, gradient_of(model, parameters, stream, samples), rate);
        }
        stream.adapter->adapt(parameters, stream.samples, stream.samples.count(), {.share = 1.0});
    }

    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        sim::AlignedVector<float> at{parameters.begin(), parameters.end()};
        return gradient_of(model, at, stream, {0, stream.samples.count()});
    }

private:
    static std::vector<float> gradient_of(const fl::Model& model, std::span<float> parameters, const Stream& stream,
                                          const Batch& samples) {
        std::vector<float> gradient(parameters.size());
        stream.adapter->begin(parameters, stream.samples.sample(samples.first), samples.count);
        stream.adapter->gradient(fl::BatchNormAdapter::Normaliser::samples,
                                 fl::mean_entropy(samples.count, model.classes()), gradient);
        return gradient;
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
