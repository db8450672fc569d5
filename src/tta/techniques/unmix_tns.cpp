#include "tta/techniques/unmix_tns.hpp"

#include <algorithm>
#include <cmath>

#include "fl/forward.hpp"
#include "tta/softmax.hpp"

namespace mlaasim::tta {

UnmixTns::UnmixTns(const fl::Model& model, std::span<const float> parameters, sim::RandomStream random,
                   const UnmixOptions& options)
    : model_{model}, parameters_{parameters.begin(), parameters.end()}, options_{options} {
    const auto k = static_cast<double>(options.components);
    for (const fl::Layer& layer : model.layers()) {
        if (layer.kind != fl::LayerKind::batch_norm) {
            continue;
        }
        const auto view = [&](std::size_t i) {
            return model.layout().view(parameters, model.layout().blocks()[layer.first_block + i]);
        };
        LayerOfNorm norm{.first_block = layer.first_block};
        for (std::size_t i = 0; i < options.components; ++i) {
            Component component;
            for (std::size_t c = 0; c < view(2).size(); ++c) {
                const auto variance = static_cast<double>(view(3)[c]);
                component.mean.push_back(static_cast<double>(view(2)[c]) +
                                         std::sqrt(0.5 * k / (k - 1.0) * variance) * random.normal());
                component.variance.push_back(0.5 * variance);
            }
            norm.components.push_back(std::move(component));
        }
        layers_.push_back(std::move(norm));
    }
}

std::vector<float> UnmixTns::predict(const sim::SampleBlock& samples, std::size_t first, std::size_t count) {
    const at::NoGradGuard no_gradients;
    const fl::ParameterTensors tensors{model_, parameters_, /*gradients=*/false};
    for (LayerOfNorm& layer : layers_) {
        const std::size_t channels = layer.components.front().mean.size();
        layer.moves.assign(layer.components.size(), {std::vector<double>(channels), std::vector<double>(channels)});
    }
    const std::size_t classes = model_.classes();
    std::vector<float> probabilities;
    std::vector<double> row(classes);
    // One by one: of a batch of one, a layer's statistics are those of the sample.
    for (std::size_t i = first; i < first + count; ++i) {
        auto layer = layers_.begin();
        const auto set = [&](const fl::BatchStatistics& of) {
            const auto values = [](const at::Tensor& tensor) {
                return std::span<const float>{tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
            };
            const auto own = [&](std::size_t block) {
                return model_.layout().view(std::span<float>{parameters_},
                                            model_.layout().blocks()[of.first_block + block]);
            };
            mix(*layer++, values(of.mean), values(of.variance), own(2), own(3));
        };
        const at::Tensor logits =
            fl::forward(model_, tensors, fl::batch_of(model_, samples.sample(i), 1), fl::BatchNormMode::evaluation, set)
                .contiguous();
        static_cast<void>(
            softmax(std::span<const float>{logits.const_data_ptr<float>(), classes}, std::span<double>{row}));
        std::ranges::transform(row, std::back_inserter(probabilities), [](double p) { return static_cast<float>(p); });
    }
    const double step =
        (1.0 - std::pow(1.0 - options_.momentum, static_cast<double>(count) / static_cast<double>(options_.batch))) /
        static_cast<double>(count);
    for (LayerOfNorm& layer : layers_) {
        for (std::size_t k = 0; k < layer.components.size(); ++k) {
            for (std::size_t c = 0; c < layer.moves[k].mean.size(); ++c) {
                layer.components[k].mean[c] += step * layer.moves[k].mean[c];
                layer.components[k].variance[c] += step * layer.moves[k].variance[c];
            }
        }
    }
    return probabilities;
}

void UnmixTns::mix(LayerOfNorm& layer, std::span<const float> a, std::span<const float> b, std::span<float> mean,
                   std::span<float> variance) const {
    const std::size_t k = layer.components.size();
    std::vector<double> p(k);
    for (std::size_t i = 0; i < k; ++i) {
        double am = 0.0;
        double aa = 0.0;
        double mm = 0.0;
        for (std::size_t c = 0; c < a.size(); ++c) {
            const double m = layer.components[i].mean[c];
            am += static_cast<double>(a[c]) * m;
            aa += static_cast<double>(a[c]) * static_cast<double>(a[c]);
            mm += m * m;
        }
        p[i] = am / std::max(std::sqrt(aa * mm), 1e-12) / options_.temperature;
    }
    const std::vector<double> cosines = p;
    static_cast<void>(softmax(std::span<const double>{cosines}, std::span{p}));
    for (std::size_t c = 0; c < a.size(); ++c) {
        double means = 0.0;
        double squares = 0.0;
        double variances = 0.0;
        for (std::size_t i = 0; i < k; ++i) {
            const double to_mean = p[i] * (static_cast<double>(a[c]) - layer.components[i].mean[c]);
            const double to_variance = p[i] * (static_cast<double>(b[c]) - layer.components[i].variance[c]);
            const double mixed = layer.components[i].mean[c] + to_mean;
            means += mixed / static_cast<double>(k);
            squares += mixed * mixed / static_cast<double>(k);
            variances += (layer.components[i].variance[c] + to_variance) / static_cast<double>(k);
            layer.moves[i].mean[c] += to_mean;
            layer.moves[i].variance[c] += to_variance;
        }
        mean[c] = static_cast<float>(means);
        variance[c] = static_cast<float>(variances + squares - means * means);
    }
}

}  // namespace mlaasim::tta
