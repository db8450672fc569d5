#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "fl/batch_norm_adapter.hpp"
#include "fl/forward.hpp"
#include "fl/torch.hpp"
#include "sim/core/aligned.hpp"

namespace mlaasim::fl {
namespace {

class TorchBatchNormAdapter final : public BatchNormAdapter {
public:
    using BatchNormAdapter::BatchNormAdapter;

    void move_corrected_statistics(double share, Spread spread, const ClassMixCorrection* correction) override {
        std::size_t channel = 0;
        pass([&](const BatchStatistics& layer) {
            at::Tensor mean = (*tensors_)[layer.first_block + 2];
            at::Tensor variance = (*tensors_)[layer.first_block + 3];
            const auto [mean_of_samples, variance_of_samples] =
                correction != nullptr ? corrected(layer, *correction, channel) : std::pair{layer.mean, layer.variance};
            const at::Tensor apart = mean - mean_of_samples;
            mean.mul_(1.0 - share).add_(mean_of_samples, share);
            variance.mul_(1.0 - share).add_(variance_of_samples, share);
            if (spread == Spread::of_means) {
                variance.addcmul_(apart, apart, share * (1.0 - share));
            }
        });
    }

    BatchNormMoments moments() override {
        BatchNormMoments found;
        pass([&](const BatchStatistics& layer) {
            append(found.means, layer.mean);
            append(found.variances, layer.variance);
        });
        return found;
    }

private:
    void pass(const StatisticsObserver& observer) {
        const at::NoGradGuard no_gradients;
        static_cast<void>(
            forward(model(), *tensors_, batch_of(model(), samples(), count()), BatchNormMode::evaluation, observer));
    }

    static void append(std::vector<double>& numbers, const at::Tensor& tensor) {
        const at::Tensor values = tensor.contiguous();
        numbers.insert(numbers.end(), values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
    }

    /// Mean and variance; `channel` goes on behind the layer's.
    static std::pair<at::Tensor, at::Tensor> corrected(const BatchStatistics& layer,
                                                       const ClassMixCorrection& correction, std::size_t& channel) {
        at::Tensor means = layer.mean.clone();
        at::Tensor variances = layer.variance.clone();
        for (std::int64_t c = 0; c < means.numel(); ++c) {
            double mean = means.const_data_ptr<float>()[c];
            double variance = variances.const_data_ptr<float>()[c];
            correction.correct(channel++, mean, variance);
            means.mutable_data_ptr<float>()[c] = static_cast<float>(mean);
            variances.mutable_data_ptr<float>()[c] = static_cast<float>(variance);
        }
        return {means, variances};
    }

    void prepare() override {
        tensors_ = std::make_unique<ParameterTensors>(model(), parameters(), /*gradients=*/false);
    }

    void add_gradient(Normaliser normaliser, const LogitsLoss& loss, std::span<float> gradient) override {
        // A pass in training mode moves the running statistics; the parameters' stay what they are.
        sim::AlignedVector<float> flat{parameters().begin(), parameters().end()};
        const ParameterTensors tensors{model(), flat, /*gradients=*/false};
        std::vector<at::Tensor> leaves;
        const auto blocks = model().layout().blocks();
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            if (is_affine(blocks[i])) {
                leaves.push_back(tensors[i]);
                leaves.back().set_requires_grad(true);
            }
        }
        const at::Tensor logits =
            forward(model(), tensors, batch_of(model(), samples(), count()),
                    normaliser == Normaliser::samples ? BatchNormMode::training : BatchNormMode::evaluation);
        const std::size_t stride = sim::padded_floats(model().classes());
        sim::AlignedVector<float> rows(count() * stride, 0.0F);
        at::Tensor part =
            at::from_blob(rows.data(), logits.sizes(), {static_cast<std::int64_t>(stride), 1}, at::kFloat);
        part.copy_(logits.detach());
        if (!loss({rows.data(), stride, 0, count()})) {
            return;
        }
        logits.backward(part);
        for (const at::Tensor& leaf : leaves) {
            const at::Tensor values = leaf.grad().contiguous();
            std::copy_n(values.const_data_ptr<float>(), values.numel(),
                        gradient.begin() + (leaf.const_data_ptr<float>() - flat.data()));
        }
    }

    std::unique_ptr<ParameterTensors> tensors_;
};

}  // namespace

std::unique_ptr<BatchNormAdapter> make_torch_batch_norm_adapter(const Model& model) {
    return std::make_unique<TorchBatchNormAdapter>(model);
}

}  // namespace mlaasim::fl
