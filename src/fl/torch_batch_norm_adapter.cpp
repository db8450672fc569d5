#include <algorithm>
#include <optional>
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

    void move_statistics(double share, Spread spread) override {
        const at::NoGradGuard no_gradients;
        const auto move = [&](const BatchStatistics& layer) {
            at::Tensor mean = (*tensors_)[layer.first_block + 2];
            at::Tensor variance = (*tensors_)[layer.first_block + 3];
            const at::Tensor apart = mean - layer.mean;
            mean.mul_(1.0 - share).add_(layer.mean, share);
            variance.mul_(1.0 - share).add_(layer.variance, share);
            if (spread == Spread::of_means) {
                variance.addcmul_(apart, apart, share * (1.0 - share));
            }
        };
        static_cast<void>(
            forward(model(), *tensors_, batch_of(model(), samples(), count()), BatchNormMode::evaluation, move));
    }

private:
    void prepare() override { tensors_.emplace(model(), parameters(), /*gradients=*/false); }

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

    std::optional<ParameterTensors> tensors_;
};

}  // namespace

std::unique_ptr<BatchNormAdapter> make_torch_batch_norm_adapter(const Model& model) {
    return std::make_unique<TorchBatchNormAdapter>(model);
}

}  // namespace mlaasim::fl
