#include "tta/techniques/gradient_steps.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

constexpr double first_decay = 0.9;
constexpr double second_decay = 0.999;
constexpr double adam_epsilon = 1e-8;

bool is_leaf(const sim::ParameterBlock& block, Leaves which) {
    return which == Leaves::trained
               ? block.trainable()
               : block.kind == sim::ParameterKind::bn_gamma || block.kind == sim::ParameterKind::bn_beta;
}

}  // namespace

Differentiable::Differentiable(const fl::Model& model, std::span<float> flat, Leaves which)
    : tensors_{model, flat, /*gradients=*/false} {
    const auto blocks = model.layout().blocks();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (is_leaf(blocks[i], which)) {
            at::Tensor leaf = tensors_[i];
            leaf.set_requires_grad(true);
            leaves_.push_back(std::move(leaf));
        }
    }
}

std::vector<float> gradient_at(const fl::Model& model, std::span<const float> parameters, Leaves which,
                               const Backward& backward) {
    sim::AlignedVector<float> flat{parameters.begin(), parameters.end()};
    Differentiable differentiable{model, flat, which};
    backward(differentiable.tensors());
    std::vector<float> gradient(flat.size(), 0.0F);
    for (const at::Tensor& leaf : differentiable.leaves()) {
        if (!leaf.grad().defined()) {
            continue;
        }
        const at::Tensor values = leaf.grad().contiguous();
        std::copy_n(values.const_data_ptr<float>(), values.numel(),
                    gradient.begin() + (leaf.const_data_ptr<float>() - flat.data()));
    }
    return gradient;
}

void Adam::step(std::vector<at::Tensor>& leaves, double rate) {
    const at::NoGradGuard no_gradients;
    std::size_t numbers = 0;
    for (const at::Tensor& leaf : leaves) {
        numbers += static_cast<std::size_t>(leaf.numel());
    }
    if (first.empty()) {
        first.assign(numbers, 0.0);
        second.assign(numbers, 0.0);
    }
    sim::expects(first.size() == numbers && second.size() == numbers, "the moments are those of these leaves");
    steps += 1.0;
    const double first_correction = 1.0 - std::pow(first_decay, steps);
    const double second_correction = 1.0 - std::pow(second_decay, steps);
    std::size_t at = 0;
    for (at::Tensor& leaf : leaves) {
        sim::expects(leaf.grad().defined(), "every leaf has a part in the loss");
        const at::Tensor gradients = leaf.grad().contiguous();
        const float* const gradient = gradients.const_data_ptr<float>();
        auto* const values = leaf.mutable_data_ptr<float>();
        for (std::int64_t i = 0; i < leaf.numel(); ++i, ++at) {
            const double g = gradient[i];
            first[at] = first_decay * first[at] + (1.0 - first_decay) * g;
            second[at] = second_decay * second[at] + (1.0 - second_decay) * g * g;
            values[i] -= static_cast<float>(rate * first[at] / first_correction /
                                            (std::sqrt(second[at] / second_correction) + adam_epsilon));
        }
        leaf.mutable_grad().reset();
    }
}

at::Tensor entropies(const at::Tensor& logits) {
    const at::Tensor log_probabilities = at::log_softmax(logits, 1);
    return -(log_probabilities.exp() * log_probabilities).sum(1);
}

std::vector<Batch> batches_of(std::size_t samples, std::size_t size) {
    std::vector<Batch> batches;
    const std::size_t count = std::max<std::size_t>(1, samples / size);
    for (std::size_t i = 0; i < count; ++i) {
        batches.push_back({i * size, i + 1 < count ? size : samples - i * size});
    }
    return batches;
}

at::Tensor logits_by_batch(const fl::Model& model, const fl::ParameterTensors& tensors, const sim::SampleBlock& samples,
                           const Batch& batch) {
    return fl::forward(model, tensors, fl::batch_of(model, samples.sample(batch.first), batch.count),
                       fl::BatchNormMode::training);
}

}  // namespace mlaasim::tta
