// Gradients of a technique's loss, and the steps that follow them. Only for files that use ATen.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "fl/forward.hpp"
#include "sim/core/aligned.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

/// Leaves of the autograd graph: gamma and beta of each layer of batch norm from the front, or every trained block.
enum class Leaves { affine, trained };

/// A model's blocks as tensors, of which some are leaves.
class Differentiable {
public:
    /// `flat` (64-byte aligned) outlives this object.
    Differentiable(const fl::Model& model, std::span<float> flat, Leaves which);

    [[nodiscard]] const fl::ParameterTensors& tensors() const { return tensors_; }
    [[nodiscard]] std::vector<at::Tensor>& leaves() { return leaves_; }

private:
    fl::ParameterTensors tensors_;
    std::vector<at::Tensor> leaves_;
};

/// Adds the gradients of a loss to those of the leaves.
using Backward = std::function<void(const fl::ParameterTensors& tensors)>;

/// The gradient with respect to the leaves, as long as the model; 0 elsewhere.
[[nodiscard]] std::vector<float> gradient_at(const fl::Model& model, std::span<const float> parameters, Leaves which,
                                             const Backward& backward);

/// Adam (Kingma and Ba 2015) with its usual constants: .9, .999, 1e-8.
struct Adam {
    double steps = 0.0;
    std::vector<double> first{};  ///< moments of the leaves' numbers, one after the other; empty = 0
    std::vector<double> second{};

    /// Gradients are zero afterwards. Precondition: the moments are empty, or as many as the leaves have numbers.
    void step(std::vector<at::Tensor>& leaves, double rate);
};

/// Entropy of each row of logits, in nat.
[[nodiscard]] at::Tensor entropies(const at::Tensor& logits);

/// Samples [first, first + count).
struct Batch {
    std::size_t first = 0;
    std::size_t count = 0;
};
/// A stream of `samples` in batches of `size`, of which the last takes what is left over: no batch is smaller, but
/// where the stream is.
[[nodiscard]] std::vector<Batch> batches_of(std::size_t samples, std::size_t size);

/// Logits of a batch, normalised by its own statistics. The running statistics of the tensors move, too.
[[nodiscard]] at::Tensor logits_by_batch(const fl::Model& model, const fl::ParameterTensors& tensors,
                                         const sim::SampleBlock& samples, const Batch& batch);

}  // namespace mlaasim::tta
