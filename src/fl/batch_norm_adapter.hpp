// Batch norm that moves to samples whose labels nobody knows: its statistics, and steps of gamma and beta that make the
// model more confident.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::fl {

/// What is done, in this order.
struct BatchNormAdaptation {
    /// Of the samples' statistics (s; the variance is the biased one) in the new ones beside the model's (m), front to
    /// back: what a layer sees was normalised by the new statistics of the layers before it.
    ///     mean = (1 - share) mean_m + share mean_s, variance alike.
    double share = 0.0;
    /// What is added to the variance.
    enum class Spread {
        none,
        of_means,  ///< share (1 - share) (mean_m - mean_s)^2: the variance of both sets of samples together
    };
    Spread spread = Spread::none;

    /// Steps of Adam, with its usual constants, on the mean entropy of the predictions; only gamma and beta move.
    std::int64_t steps = 0;
    double rate = 1e-3;
    /// What normalises while gamma and beta are stepped. The model's statistics stay what they are before the steps.
    enum class Normaliser {
        model,    ///< its statistics, as constants
        samples,  ///< their statistics, through which the gradient passes (TENT, Wang et al. 2021)
    };
    Normaliser normaliser = Normaliser::model;
};

/// Adapts models of one architecture. Makes memory for the samples that it has seen at most.
class BatchNormAdapter {
public:
    virtual ~BatchNormAdapter() = default;
    /// Adapts `parameters` (64-byte aligned) in place to the first `count` samples of a block; their labels are not
    /// looked at. Preconditions: the model has batch norm, and the block holds as many samples, at least one. What
    /// comes of it may not be finite.
    virtual void adapt(std::span<float> parameters, const sim::SampleBlock& samples, std::size_t count,
                       const BatchNormAdaptation& adaptation) = 0;
};

/// The reference: LibTorch's operations and autograd. The model outlives it.
[[nodiscard]] std::unique_ptr<BatchNormAdapter> make_torch_batch_norm_adapter(const Model& model);

}  // namespace mlaasim::fl
