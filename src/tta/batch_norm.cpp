#include "tta/batch_norm.hpp"

#include "fl/forward.hpp"
#include "fl/torch.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::tta {

void adapt_batch_norm(const fl::Model& model, std::span<float> parameters, const sim::SampleBlock& samples,
                      double prior) {
    sim::expects(model.layout().has_batch_norm(), "batch-norm adaptation needs batch norm");
    sim::expects(samples.count() >= 2, "a variance needs two samples");
    const at::NoGradGuard no_gradients;
    const fl::ParameterTensors tensors{model, parameters, /*gradients=*/false};
    const auto mix = [&](const fl::BatchStatistics& layer) {
        for (const auto& [block, batch] :
             {std::pair{layer.first_block + 2, layer.mean}, {layer.first_block + 3, layer.variance}}) {
            at::Tensor running = tensors[block];
            running.mul_(prior).add_(batch, 1.0 - prior);
        }
    };
    static_cast<void>(fl::forward(model, tensors, fl::batch_of(model, samples.sample(0), samples.count()),
                                  fl::BatchNormMode::evaluation, mix));
}

}  // namespace mlaasim::tta
