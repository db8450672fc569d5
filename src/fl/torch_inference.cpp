#include <algorithm>
#include <vector>

#include "fl/evaluation.hpp"
#include "fl/forward.hpp"
#include "fl/torch.hpp"

namespace mlaasim::fl {
namespace {

class TorchInference final : public InferenceEngine {
public:
    explicit TorchInference(const Model& model) : model_{model} {}

    void load(std::span<const std::span<const float>> models) override {
        models_.clear();
        for (const std::span<const float> parameters : models) {
            // The tensors are only read; from_blob has no const form.
            models_.emplace_back(model_, std::span{const_cast<float*>(parameters.data()), parameters.size()},
                                 /*gradients=*/false);
        }
    }

    void forward(const sim::SampleBlock& samples, std::size_t first, std::size_t count,
                 std::span<float> logits) override {
        const at::NoGradGuard no_gradients;
        const std::size_t row = sim::padded_floats(model_.classes());
        auto to = logits.begin();
        for (const ParameterTensors& parameters : models_) {
            const at::Tensor rows =
                mlaasim::fl::forward(model_, parameters, batch_of(model_, samples.sample(first), count),
                                     BatchNormMode::evaluation)
                    .contiguous();
            const auto* from = rows.const_data_ptr<float>();
            for (std::size_t i = 0; i < count; ++i, to += static_cast<std::ptrdiff_t>(row)) {
                std::copy_n(from + i * model_.classes(), model_.classes(), to);
            }
        }
    }

private:
    const Model& model_;
    std::vector<ParameterTensors> models_;
};

}  // namespace

std::unique_ptr<InferenceEngine> make_torch_inference(const Model& model) {
    return std::make_unique<TorchInference>(model);
}

}  // namespace mlaasim::fl
