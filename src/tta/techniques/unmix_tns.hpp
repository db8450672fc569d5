// Batch norm by a mixture of its own for each sample (UnMix-TNS, Tomar et al. 2024).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fl/model.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::tta {

struct UnmixOptions {
    std::size_t components = 16;
    double temperature = 0.07;
    double momentum = 0.1;  ///< of a batch of `batch` samples
    std::size_t batch = 64;
};

/// A layer of batch norm has K components (m_k, v_k). They start as m_k = mean + sqrt(K / (2 (K - 1)) variance) z_k,
/// z_k ~ N(0, 1) by channel, and v_k = variance / 2, of the source. Of a sample, a and b are mean and variance of the
/// layer's input over its positions (of series: over time), and p = softmax over k of cos(a, m_k) / temperature. With
///     M_k = (1 - p_k) m_k + p_k a,  V_k = (1 - p_k) v_k + p_k b
/// it is normalised by the mean of M_k and mean(V_k) + mean(M_k^2) - mean(M_k)^2. After a batch of B samples
///     m_k += u mean of p_k (a - m_k),  v_k += u mean of p_k (b - v_k),  u = 1 - (1 - momentum)^(B / batch).
class UnmixTns {
public:
    /// `parameters`: 64-byte aligned.
    UnmixTns(const fl::Model& model, std::span<const float> parameters, sim::RandomStream random,
             const UnmixOptions& options);

    /// Class probabilities of samples [first, first + count), a batch of the stream. Then the components move.
    std::vector<float> predict(const sim::SampleBlock& samples, std::size_t first, std::size_t count);

private:
    struct Component {
        std::vector<double> mean{};
        std::vector<double> variance{};
    };
    struct LayerOfNorm {
        std::size_t first_block = 0;
        std::vector<Component> components{};
        std::vector<Component> moves{};  ///< sums over the batch
    };

    void mix(LayerOfNorm& layer, std::span<const float> a, std::span<const float> b, std::span<float> mean,
             std::span<float> variance) const;

    const fl::Model& model_;
    sim::AlignedVector<float> parameters_;
    UnmixOptions options_;
    std::vector<LayerOfNorm> layers_;
};

}  // namespace mlaasim::tta
