// Steps along the gradient of a loss that its caller takes of the logits.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace mlaasim::fl {

/// Turns the logits of a batch (`rows` rows, `stride` floats from one to the next) into the gradient of a loss, in
/// place.
using LogitsGradient = std::function<void(float* logits, std::size_t stride, std::size_t rows)>;

/// Plain stochastic gradient descent on every trained parameter of a model. Batch norm keeps its running statistics,
/// also in the gradient.
class LogitsTrainer {
public:
    virtual ~LogitsTrainer() = default;
    virtual void begin(std::span<const float> start) = 0;
    /// `values`: samples as a SampleBlock has them, 64-byte aligned. Memory grows with the largest batch seen.
    virtual void step(const float* values, std::size_t stride, std::size_t rows, const LogitsGradient& gradient) = 0;
    /// Valid until the next call of `begin` or `step`.
    [[nodiscard]] virtual std::span<const float> parameters() = 0;
};

}  // namespace mlaasim::fl
