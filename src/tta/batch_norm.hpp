// Test-time adaptation of batch norm: the running statistics move to those of an unlabelled batch of the stream.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::tta {

/// Adapts parameters (64-byte aligned, of a model with batch norm) in place: per layer, front to back in one pass,
///     mean = prior source + (1 - prior) batch,  variance alike,
/// each layer seeing inputs normalised by the mixture before it (Schneider et al. 2020; prior 0 is TTA-BN as shipped
/// with TENT). `samples` has at least 2 samples; labels are not looked at.
void adapt_batch_norm(const fl::Model& model, std::span<float> parameters, const sim::SampleBlock& samples,
                      double prior);

}  // namespace mlaasim::tta
