// What a model predicts, and the features that it predicts from, in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "fl/engine.hpp"
#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::tta {

/// Row by row of the samples.
struct FeaturedPredictions {
    std::vector<float> features{};       ///< before the last layer; of models without a hidden layer the samples
    std::vector<float> probabilities{};  ///< samples x classes
};

class FeatureReader {
public:
    /// The model outlives the reader. `batch_size` bounds the samples of one forward pass.
    FeatureReader(const fl::Model& model, const fl::EngineChoice& engine, std::int64_t batch_size);

    FeatureReader(const FeatureReader&) = delete;
    FeatureReader& operator=(const FeatureReader&) = delete;

    /// `parameters` are 64-byte aligned.
    [[nodiscard]] FeaturedPredictions read(std::span<const float> parameters, const sim::SampleBlock& samples);

private:
    void predict(std::span<const float> parameters, std::span<const float> features,
                 FeaturedPredictions& predictions) const;

    const fl::Model& model_;
    std::size_t batch_size_;
    std::optional<fl::Model> body_;
    std::unique_ptr<fl::InferenceEngine> engine_;  ///< of the body, or of the model where there is none
};

}  // namespace mlaasim::tta
