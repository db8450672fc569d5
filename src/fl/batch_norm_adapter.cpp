#include "fl/batch_norm_adapter.hpp"

#include <algorithm>
#include <cmath>

#include "fl/fused/kernels.hpp"
#include "fl/layer.hpp"
#include "fl/optimizers/optimizer.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {

sim::Kind<Optimizer> adam_optimizer();

void AffineAdam::step(const Model& model, std::span<float> parameters, std::span<const float> gradient, double rate) {
    static const sim::Chosen<Optimizer> adam{adam_optimizer()};
    std::size_t numbers = 0;
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        numbers += is_affine(block) ? block.count : 0;
    }
    if (first.empty()) {
        first.assign(numbers, 0.0);
        second.assign(numbers, 0.0);
    }
    sim::expects(first.size() == numbers && second.size() == numbers, "the moments are those of this model");
    steps += 1.0;
    const UpdateRule rule = adam->rule(rate, static_cast<std::int64_t>(steps));
    std::size_t at = 0;
    for (const sim::ParameterBlock& block : model.layout().blocks()) {
        for (std::size_t i = block.offset; is_affine(block) && i < block.offset + block.count; ++i, ++at) {
            const double g = gradient[i];
            first[at] = rule.first_decay * first[at] + rule.first_gain * g;
            second[at] = rule.second_decay * second[at] + rule.second_gain * g * g;
            parameters[i] -=
                static_cast<float>(rule.rate * first[at] / (std::sqrt(second[at]) / rule.correction + rule.epsilon));
        }
    }
}

LogitsLoss mean_entropy(std::size_t samples, std::size_t classes) {
    return [=](const LogitsPart& part) {
        fused::entropy_gradient({part.logits, part.stride}, part.count, classes, 1.0F / static_cast<float>(samples));
        return true;
    };
}

void ClassMixCorrection::correct(std::size_t channel, double& mean, double& variance) const {
    const double of_mixed = mixed.variances[channel] + batch_norm_epsilon;
    mean += (usual.means[channel] - mixed.means[channel]) * std::sqrt((variance + batch_norm_epsilon) / of_mixed);
    variance *= (usual.variances[channel] + batch_norm_epsilon) / of_mixed;
}

void BatchNormAdapter::begin(std::span<float> parameters, const float* samples, std::size_t count) {
    sim::expects(model_.layout().has_batch_norm(), "adaptation of batch norm needs batch norm");
    sim::expects(count > 0, "there are samples to adapt to");
    parameters_ = parameters;
    samples_ = samples;
    count_ = count;
    prepare();
}

void BatchNormAdapter::gradient(Normaliser normaliser, const LogitsLoss& loss, std::span<float> gradient) {
    std::ranges::fill(gradient, 0.0F);
    add_gradient(normaliser, loss, gradient);
}

void BatchNormAdapter::adapt(std::span<float> parameters, const sim::SampleBlock& samples, std::size_t count,
                             const BatchNormAdaptation& adaptation) {
    sim::expects(count <= samples.count(), "there are as many samples");
    begin(parameters, count > 0 ? samples.sample(0) : nullptr, count);
    move_corrected_statistics(adaptation.share, adaptation.spread, adaptation.correction);
    AffineAdam adam;
    std::vector<float> by_affine(adaptation.steps > 0 ? parameters.size() : 0);
    for (std::int64_t step = 0; step < adaptation.steps; ++step) {
        gradient(adaptation.normaliser, mean_entropy(count, model_.classes()), by_affine);
        adam.step(model_, parameters, by_affine, adaptation.rate);
    }
}

}  // namespace mlaasim::fl
