#include <cmath>
#include <vector>

#include "fl/batch_norm_adapter.hpp"
#include "fl/forward.hpp"
#include "fl/optimizers/optimizer.hpp"
#include "fl/torch.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {

sim::Kind<Optimizer> adam_optimizer();

namespace {

void move_statistics(const Model& model, const ParameterTensors& tensors, const at::Tensor& batch,
                     const BatchNormAdaptation& adaptation) {
    const at::NoGradGuard no_gradients;
    const double share = adaptation.share;
    const auto move = [&](const BatchStatistics& layer) {
        at::Tensor mean = tensors[layer.first_block + 2];
        at::Tensor variance = tensors[layer.first_block + 3];
        const at::Tensor apart = mean - layer.mean;
        mean.mul_(1.0 - share).add_(layer.mean, share);
        variance.mul_(1.0 - share).add_(layer.variance, share);
        if (adaptation.spread == BatchNormAdaptation::Spread::of_means) {
            variance.addcmul_(apart, apart, share * (1.0 - share));
        }
    };
    static_cast<void>(forward(model, tensors, batch, BatchNormMode::evaluation, move));
}

/// Adam on gamma and beta.
class AffineSteps {
public:
    AffineSteps(std::vector<at::Tensor> leaves, double rate)
        : adam_{adam_optimizer()}, rate_{rate}, leaves_{std::move(leaves)} {
        for (at::Tensor& leaf : leaves_) {
            leaf.set_requires_grad(true);
            first_.push_back(at::zeros_like(leaf));
            second_.push_back(at::zeros_like(leaf));
        }
    }
    void step() {
        const at::NoGradGuard no_gradients;
        const UpdateRule rule = adam_->rule(rate_, ++steps_);
        for (std::size_t i = 0; i < leaves_.size(); ++i) {
            at::Tensor& gradient = leaves_[i].mutable_grad();
            first_[i].mul_(rule.first_decay).add_(gradient, rule.first_gain);
            second_[i].mul_(rule.second_decay).addcmul_(gradient, gradient, rule.second_gain);
            leaves_[i].addcdiv_(first_[i], second_[i].sqrt().div_(rule.correction).add_(rule.epsilon), -rule.rate);
            gradient.reset();
        }
    }

private:
    sim::Chosen<Optimizer> adam_;
    double rate_;
    std::vector<at::Tensor> leaves_;
    std::vector<at::Tensor> first_;
    std::vector<at::Tensor> second_;
    std::int64_t steps_ = 0;
};

class TorchBatchNormAdapter final : public BatchNormAdapter {
public:
    explicit TorchBatchNormAdapter(const Model& model) : model_{model} {}

    void adapt(std::span<float> parameters, const sim::SampleBlock& samples, std::size_t count,
               const BatchNormAdaptation& adaptation) override {
        sim::expects(model_.layout().has_batch_norm(), "adaptation of batch norm needs batch norm");
        sim::expects(count > 0 && count <= samples.count(), "there are samples to adapt to");
        const ParameterTensors tensors{model_, parameters, /*gradients=*/false};
        const at::Tensor batch = batch_of(model_, samples.sample(0), count);
        move_statistics(model_, tensors, batch, adaptation);
        if (adaptation.steps > 0) {
            lower_entropy(tensors, batch, adaptation);
        }
    }

private:
    void lower_entropy(const ParameterTensors& tensors, const at::Tensor& batch,
                       const BatchNormAdaptation& adaptation) const {
        std::vector<at::Tensor> affine;
        std::vector<at::Tensor> statistics;
        std::vector<at::Tensor> kept;
        for (const Layer& layer : model_.layers()) {
            if (layer.kind == LayerKind::batch_norm) {
                for (const std::size_t i : {0, 1}) {
                    affine.push_back(tensors[layer.first_block + i]);
                    statistics.push_back(tensors[layer.first_block + 2 + i]);
                    kept.push_back(statistics.back().clone());
                }
            }
        }
        AffineSteps adam{affine, adaptation.rate};
        const BatchNormMode mode = adaptation.normaliser == BatchNormAdaptation::Normaliser::samples
                                       ? BatchNormMode::training
                                       : BatchNormMode::evaluation;
        for (std::int64_t i = 0; i < adaptation.steps; ++i) {
            const at::Tensor log_probabilities = at::log_softmax(forward(model_, tensors, batch, mode), 1);
            const at::Tensor entropy = -(log_probabilities.exp() * log_probabilities).sum(1).mean();
            entropy.backward();
            adam.step();
        }
        // A pass in training mode moves the running statistics.
        for (std::size_t i = 0; i < kept.size(); ++i) {
            statistics[i].copy_(kept[i]);
        }
    }

    const Model& model_;
};

}  // namespace

std::unique_ptr<BatchNormAdapter> make_torch_batch_norm_adapter(const Model& model) {
    return std::make_unique<TorchBatchNormAdapter>(model);
}

}  // namespace mlaasim::fl
