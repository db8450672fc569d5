// Evaluation of models on samples, in batches cut per entity so that shapes never depend on the placement.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "fl/confusion.hpp"
#include "fl/model.hpp"
#include "sim/core/aligned.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::fl {

/// Forward passes of one or several models of one architecture over the same samples.
class InferenceEngine {
public:
    virtual ~InferenceEngine() = default;
    /// The models to compute, each 64-byte aligned; their parameters must not move or change while they are used.
    virtual void load(std::span<const std::span<const float>> models) = 0;
    /// Logits of samples [first, first + count): per model `count` rows of `classes` floats, padded to 64 bytes.
    virtual void forward(const sim::SampleBlock& samples, std::size_t first, std::size_t count,
                         std::span<float> logits) = 0;
};

/// The reference engine: LibTorch's operations, one model after the other.
[[nodiscard]] std::unique_ptr<InferenceEngine> make_torch_inference(const Model& model);

class ModelEvaluator {
public:
    /// `batch_size` bounds the samples of one forward pass. The engine is of the same model.
    ModelEvaluator(const Model& model, std::int64_t batch_size, std::unique_ptr<InferenceEngine> engine);

    /// The models of the calls of `evaluate` that follow; 64-byte aligned parameters, which must not change until then.
    void load(std::span<const std::span<const float>> models);
    /// Confusion and losses of each loaded model, from one pass over the samples.
    [[nodiscard]] std::vector<Confusion> evaluate(const sim::SampleBlock& samples);

    /// Brier losses of each loaded model, sample by sample: see brier_losses().
    [[nodiscard]] std::vector<std::vector<double>> brier_losses(const sim::SampleBlock& samples);

    /// Class probabilities (softmax) of each loaded model, count x classes.
    [[nodiscard]] std::vector<std::vector<float>> probabilities(const sim::SampleBlock& samples);

    /// Confusion of one model.
    [[nodiscard]] Confusion evaluate(std::span<const float> parameters, const sim::SampleBlock& samples);
    /// Class probabilities of one model.
    [[nodiscard]] std::vector<float> probabilities(std::span<const float> parameters, const sim::SampleBlock& samples);
    /// Confusion of predictions made elsewhere, e.g. of an ensemble: rows of probabilities. The loss is -ln p(truth),
    /// with p at least 1e-12.
    [[nodiscard]] Confusion score(std::span<const float> probabilities, const sim::SampleBlock& samples) const;

    /// Of predictions made elsewhere: the sum over classes of (probability - truth)^2 of each sample, in [0, 2], also
    /// where they are no numbers.
    [[nodiscard]] std::vector<double> brier_losses(std::span<const float> probabilities,
                                                   const sim::SampleBlock& samples) const;

private:
    template <class Batch>
    void each_batch(const sim::SampleBlock& samples, Batch batch);

    const Model& model_;
    std::size_t batch_size_;
    std::unique_ptr<InferenceEngine> engine_;
    std::size_t models_ = 0;
    sim::AlignedVector<float> logits_;
    std::vector<float> losses_;
    std::vector<std::uint32_t> predictions_;
};

}  // namespace mlaasim::fl
