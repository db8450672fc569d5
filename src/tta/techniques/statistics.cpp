#include "tta/techniques/statistics.hpp"

namespace mlaasim::tta {

std::vector<std::size_t> statistics_blocks(const fl::Model& model) {
    std::vector<std::size_t> blocks;
    for (std::size_t i = 0; i < model.layout().blocks().size(); ++i) {
        if (!model.layout().blocks()[i].trainable()) {
            blocks.push_back(i);
        }
    }
    return blocks;
}

void move_statistics(const fl::Model& model, std::span<float> parameters, const at::Tensor& samples, double kept) {
    const at::NoGradGuard no_gradients;
    const fl::ParameterTensors tensors{model, parameters, /*gradients=*/false};
    const auto move = [&](const fl::BatchStatistics& layer) {
        at::Tensor mean = tensors[layer.first_block + 2];
        at::Tensor variance = tensors[layer.first_block + 3];
        mean.mul_(kept).add_(layer.mean, 1.0 - kept);
        variance.mul_(kept).add_(layer.variance, 1.0 - kept);
    };
    static_cast<void>(fl::forward(model, tensors, samples, fl::BatchNormMode::evaluation, move));
}

}  // namespace mlaasim::tta
