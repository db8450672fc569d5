// What a model's first layer makes of samples, in a few numbers.
#pragma once

#include <span>

#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"
#include "tta/gate.hpp"

namespace mlaasim::tta {

/// Of each sample, after the first convolution with its batch norm and ReLU: mean and standard deviation of each of the
/// first 64 channels, and the mean over all channels in each cell of a 4 x 4 grid (of series: 16 stretches of time).
/// Models that don't begin with a convolution, and votes (no parameters), give the same of the samples themselves.
[[nodiscard]] Features first_layer_features(const fl::Model& model, std::span<const float> parameters,
                                            const sim::SampleBlock& samples);

}  // namespace mlaasim::tta
