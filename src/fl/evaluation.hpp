// Evaluation of models on samples, in batches cut per entity so that shapes never depend on the placement.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fl/confusion.hpp"
#include "fl/model.hpp"
#include "sim/aligned.hpp"
#include "sim/data/sample_block.hpp"

namespace mlaasim::fl {

class ModelEvaluator {
public:
    /// `batch_size` bounds the samples of one forward pass.
    ModelEvaluator(const Model& model, std::int64_t batch_size);

    /// Class probabilities (softmax), count x classes, of parameters on 64 bytes.
    [[nodiscard]] std::vector<float> probabilities(std::span<const float> parameters,
                                                   const sim::SampleBlock& samples) const;
    /// Confusion and losses of one model.
    [[nodiscard]] Confusion evaluate(std::span<const float> parameters, const sim::SampleBlock& samples) const;
    /// The same of predictions made elsewhere, e.g. of an ensemble: rows of probabilities. The loss is -ln p(truth),
    /// with p at least 1e-12.
    [[nodiscard]] Confusion score(std::span<const float> probabilities, const sim::SampleBlock& samples) const;

private:
    template <class Row>
    void each_logit_row(std::span<const float> parameters, const sim::SampleBlock& samples, Row row) const;

    const Model& model_;
    std::size_t batch_size_;
};

/// Soft vote: the mean of the members' probabilities, summed in the members' order. All have the same length.
[[nodiscard]] std::vector<float> soft_vote(std::span<const std::vector<float>> members);
/// The vote without member `left_out`.
[[nodiscard]] std::vector<float> soft_vote_without(std::span<const std::vector<float>> members, std::size_t left_out);

}  // namespace mlaasim::fl
