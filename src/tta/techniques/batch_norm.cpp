#include <utility>

#include "fl/forward.hpp"
#include "fl/torch.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

/// The running statistics of batch norm move to those of the samples. Layer by layer, front to back in one pass,
///     mean = prior source + (1 - prior) batch,  variance alike,
/// and each layer sees inputs that the layers before it normalised by their new statistics (Schneider et al. 2020; with
/// prior 0 it is TTA-BN as it comes with TENT).
struct BatchNorm final : Technique {
    double prior = 0.0;

    void adapt(const fl::Model& model, std::span<float> parameters, const sim::SampleBlock& samples) const override {
        sim::expects(model.layout().has_batch_norm(), "batch-norm adaptation needs batch norm");
        sim::expects(samples.count() >= 2, "a variance needs two samples");
        const at::NoGradGuard no_gradients;
        const fl::ParameterTensors tensors{model, parameters, /*gradients=*/false};
        const auto mix = [&](const fl::BatchStatistics& layer) {
            at::Tensor mean = tensors[layer.first_block + 2];
            at::Tensor variance = tensors[layer.first_block + 3];
            mean.mul_(prior).add_(layer.mean, 1.0 - prior);
            variance.mul_(prior).add_(layer.variance, 1.0 - prior);
        };
        static_cast<void>(fl::forward(model, tensors, fl::batch_of(model, samples.sample(0), samples.count()),
                                      fl::BatchNormMode::evaluation, mix));
    }

    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::batch_norm}; }
    /// For a variance.
    [[nodiscard]] std::int64_t fewest_samples() const override { return 2; }
};

void declare(sim::OptionVisitor& visitor, BatchNorm& options) {
    visitor.option(
        "prior", options.prior,
        {.doc = "Weight of the source statistics; 0 = those of the stream alone", .range = sim::between(0, 1)});
}

}  // namespace

sim::Kind<Technique> batch_norm_technique() {
    return sim::Kind<Technique>::of<BatchNorm>("batch_norm", "batch norm takes the mean and variance of the stream");
}

}  // namespace mlaasim::tta
