// The reference forward pass: a model's layers as ATen operations that autograd can follow. Only for files that use
// ATen.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "fl/model.hpp"
#include "fl/torch.hpp"

namespace mlaasim::fl {

/// One ATen tensor per block of the layout, viewing the flat array (64-byte aligned, see sim/core/aligned.hpp) in
/// place.
class ParameterTensors {
public:
    /// `flat` outlives the tensors. With `gradients`, trainable blocks are leaves of the autograd graph.
    ParameterTensors(const Model& model, std::span<float> flat, bool gradients);

    [[nodiscard]] const at::Tensor& operator[](std::size_t block) const { return tensors_[block]; }
    /// The trainable blocks.
    [[nodiscard]] std::vector<at::Tensor>& leaves() { return leaves_; }

private:
    std::vector<at::Tensor> tensors_;
    std::vector<at::Tensor> leaves_;
};

/// evaluation: normalise by the running statistics; training: by the batch's, and update the running ones.
enum class BatchNormMode { evaluation, training };

/// Mean and (biased) variance of a batch-norm layer's input, for test-time adaptation.
struct BatchStatistics {
    std::size_t first_block;  ///< of the layer
    at::Tensor mean;
    at::Tensor variance;
};

/// Called with the statistics of a batch-norm layer's input, before the layer normalises it.
using StatisticsObserver = std::function<void(const BatchStatistics&)>;

/// Logits (n x classes) of a batch (n x channels x height x width). The observer may change the layer's running
/// statistics.
[[nodiscard]] at::Tensor forward(const Model& model, const ParameterTensors& parameters, at::Tensor batch,
                                 BatchNormMode mode, const StatisticsObserver& observer = {});

/// Rows [first, first + count) of a sample matrix as a batch for `forward`; `values` is 64-byte aligned.
[[nodiscard]] at::Tensor batch_of(const Model& model, const float* values, std::size_t count);

}  // namespace mlaasim::fl
