// Running statistics of batch norm that move to those of samples. Only for files that use ATen.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fl/forward.hpp"

namespace mlaasim::tta {

/// The blocks of a model's statistics, mean and variance of each layer of batch norm from the front: their number in
/// the layout.
[[nodiscard]] std::vector<std::size_t> statistics_blocks(const fl::Model& model);

/// Layer by layer, front to back in one pass, the running statistics become
///     kept * running + (1 - kept) * those of the samples,
/// and each layer sees inputs that the layers before it normalised by their new statistics.
void move_statistics(const fl::Model& model, std::span<float> parameters, const at::Tensor& samples, double kept);

}  // namespace mlaasim::tta
