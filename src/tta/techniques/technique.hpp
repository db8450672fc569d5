// How a model is adapted at test time, to unlabelled samples of the stream: kinds of techniques.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fl/batch_norm_adapter.hpp"
#include "fl/model.hpp"
#include "sim/core/random.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::tta {

/// The most that a technique may change of a model.
enum class Changes {
    predictions,  ///< nothing of the model: its predictions are adjusted
    statistics,   ///< means and variances of batch norm
    affine,       ///< these, and gamma and beta of batch norm
    parameters,   ///< every parameter that is trained
};

/// What a technique adapts to.
struct Stream {
    const sim::SampleBlock& samples;  ///< labels are not looked at
    float mean = 0.0F;                ///< a sample's value v, in [0, 1], is (v - mean) / deviation in the block
    float deviation = 1.0F;
    sim::RandomStream random;                 ///< of the views that a technique draws of samples
    bool fused = false;                       ///< whether the fused engine has kernels for the model, and may be used
    fl::BatchNormAdapter* adapter = nullptr;  ///< of the model; techniques that need batch norm use it
};

/// What a technique keeps of a service from one adaptation to the next: numbers of its own; none at first.
using Memory = std::vector<double>;

/// The options of a kind of technique, and the adaptation that follows from them.
struct Technique {
    virtual ~Technique() = default;

    [[nodiscard]] virtual Changes changes() const = 0;
    /// Whether it has something in the memory after an adaptation.
    [[nodiscard]] virtual bool remembers() const { return false; }
    /// What it needs of a scenario, such as a model with batch norm.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
    /// Forward passes of a sample that an adaptation with its gradient for UCS costs; a backward pass counts as two.
    [[nodiscard]] virtual double passes() const { return 1.0; }
    /// It can't adapt on fewer samples than these.
    [[nodiscard]] virtual std::int64_t fewest_samples() const { return 1; }

    /// Adapts parameters (64-byte aligned) of the model in place, within changes(). Preconditions: the model has what
    /// needs() says, there are at least fewest_samples(), and the memory is empty or what this technique left in it
    /// with the same options and a model of the same layout (one of another length is a ContractViolation). Techniques
    /// that change predictions leave all as it is.
    virtual void adapt(const fl::Model& model, std::span<float> parameters, Memory& memory,
                       const Stream& stream) const = 0;

    /// The gradient of the technique's loss on the stream at these parameters, by what it changes; 0 elsewhere. Empty
    /// for techniques without a loss. Memory has no part in it.
    [[nodiscard]] virtual std::vector<float> gradient(const fl::Model& /*model*/, std::span<const float> /*parameters*/,
                                                      const Stream& /*stream*/) const {
        return {};
    }

    /// Class probabilities (samples x classes) as they are adjusted, from the model's features of the same samples.
    [[nodiscard]] virtual std::vector<float> adjusted(std::span<const float> /*features*/,
                                                      std::span<const float> probabilities,
                                                      std::size_t /*classes*/) const {
        return {probabilities.begin(), probabilities.end()};
    }
};

/// The kinds of techniques; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Technique>> technique_kinds();

}  // namespace mlaasim::tta
