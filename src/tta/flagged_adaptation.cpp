#include "tta/flagged_adaptation.hpp"

#include <algorithm>
#include <vector>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/forward.hpp"
#include "fl/torch.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

constexpr double prior_samples = 64.0;
constexpr int steps = 3;
constexpr double rate = 0.01;

void mix_statistics(const fl::Model& model, const fl::ParameterTensors& tensors, const at::Tensor& batch) {
    const at::NoGradGuard no_gradients;
    const auto m = static_cast<double>(batch.size(0));
    const double share = m / (m + prior_samples);
    const auto mix = [&](const fl::BatchStatistics& layer) {
        at::Tensor mean = tensors[layer.first_block + 2];
        at::Tensor variance = tensors[layer.first_block + 3];
        const at::Tensor apart = mean - layer.mean;
        mean.mul_(1.0 - share).add_(layer.mean, share);
        variance.mul_(1.0 - share).add_(layer.variance, share).addcmul_(apart, apart, share * (1.0 - share));
    };
    static_cast<void>(fl::forward(model, tensors, batch, fl::BatchNormMode::evaluation, mix));
}

/// Adam (Kingma and Ba 2015) with its usual constants.
class AdamOnAffine {
public:
    explicit AdamOnAffine(std::vector<at::Tensor> leaves) : leaves_{std::move(leaves)} {
        for (at::Tensor& leaf : leaves_) {
            leaf.set_requires_grad(true);
            first_.push_back(at::zeros_like(leaf));
            second_.push_back(at::zeros_like(leaf));
        }
    }
    void step() {
        const at::NoGradGuard no_gradients;
        first_left_ *= first_decay;
        second_left_ *= second_decay;
        for (std::size_t i = 0; i < leaves_.size(); ++i) {
            at::Tensor& gradient = leaves_[i].mutable_grad();
            first_[i].mul_(first_decay).add_(gradient, 1.0 - first_decay);
            second_[i].mul_(second_decay).addcmul_(gradient, gradient, 1.0 - second_decay);
            leaves_[i].addcdiv_(first_[i] / (1.0 - first_left_), (second_[i] / (1.0 - second_left_)).sqrt_().add_(1e-8),
                                -rate);
            gradient.reset();
        }
    }

private:
    static constexpr double first_decay = 0.9;
    static constexpr double second_decay = 0.999;
    std::vector<at::Tensor> leaves_;
    std::vector<at::Tensor> first_;
    std::vector<at::Tensor> second_;
    double first_left_ = 1.0;   ///< what is left of the zero that the first moment started from
    double second_left_ = 1.0;  ///< the same of the second
};

std::vector<at::Tensor> affine_blocks(const fl::Model& model, const fl::ParameterTensors& tensors) {
    std::vector<at::Tensor> affine;
    for (const fl::Layer& layer : model.layers()) {
        if (layer.kind == fl::LayerKind::batch_norm) {
            affine.push_back(tensors[layer.first_block]);
            affine.push_back(tensors[layer.first_block + 1]);
        }
    }
    return affine;
}

void lower_entropy(const fl::Model& model, const fl::ParameterTensors& tensors, const at::Tensor& batch) {
    AdamOnAffine adam{affine_blocks(model, tensors)};
    for (int i = 0; i < steps; ++i) {
        const at::Tensor logits = fl::forward(model, tensors, batch, fl::BatchNormMode::evaluation);
        const at::Tensor log_probabilities = at::log_softmax(logits, 1);
        const at::Tensor entropy = -(log_probabilities.exp() * log_probabilities).sum(1).mean();
        entropy.backward();
        adam.step();
    }
}

}  // namespace

std::optional<sim::AlignedVector<float>> adapt_to_flagged(const fl::Model& model, std::span<const float> source,
                                                          const sim::SampleBlock& flagged) {
    sim::expects(model.layout().has_batch_norm(), "adaptation of batch norm needs batch norm");
    sim::expects(flagged.count() > 0, "there are samples to adapt to");
    sim::AlignedVector<float> adapted{source.begin(), source.end()};
    {
        const fl::ParameterTensors tensors{model, adapted, /*gradients=*/false};
        const at::Tensor batch =
            fl::batch_of(model, flagged.sample(0), std::min(most_adapted_samples, flagged.count()));
        mix_statistics(model, tensors, batch);
        lower_entropy(model, tensors, batch);
    }
    for (std::size_t i = 0; i < adapted.size(); ++i) {
        adapted[i] = 0.5F * (adapted[i] + source[i]);
    }
    const bool usable =
        fl::FixedPointSum::judge(adapted, fl::divergence_bound(source)) == fl::FixedPointSum::Outcome::added;
    return usable ? std::optional{std::move(adapted)} : std::nullopt;
}

}  // namespace mlaasim::tta
