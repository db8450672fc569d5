#include "tta/features.hpp"

#include <algorithm>
#include <iterator>

#include "sim/core/aligned.hpp"
#include "sim/core/clones.hpp"
#include "tta/softmax.hpp"

namespace mlaasim::tta {
namespace {

MLAASIM_CLONES float product(const float* __restrict a, const float* __restrict b, std::size_t n) {
    constexpr std::size_t lanes = 16;
    float sums[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            sums[lane] += a[i + lane] * b[i + lane];
        }
    }
    float total = 0.0F;
    for (; i < n; ++i) {
        total += a[i] * b[i];
    }
    for (const float sum : sums) {
        total += sum;
    }
    return total;
}

void append_softmax(std::span<const float> logits, std::vector<float>& to) {
    std::vector<double> row(logits.size());
    static_cast<void>(softmax(logits, std::span{row}));
    std::ranges::transform(row, std::back_inserter(to), [](double p) { return static_cast<float>(p); });
}

}  // namespace

FeatureReader::FeatureReader(const fl::Model& model, const fl::EngineChoice& engine, std::int64_t batch_size)
    : model_{model},
      batch_size_{static_cast<std::size_t>(batch_size)},
      body_{model.body()},
      engine_{fl::make_inference(engine, body_ ? *body_ : model_)} {}

void FeatureReader::predict(std::span<const float> parameters, std::span<const float> features,
                            FeaturedPredictions& predictions) const {
    const fl::Layer& last = model_.layers().back();
    const auto weights = model_.layout().view(parameters, model_.layout().blocks()[last.first_block]);
    const auto bias = model_.layout().view(parameters, model_.layout().blocks()[last.first_block + 1]);
    std::vector<float> logits(bias.begin(), bias.end());
    for (std::size_t c = 0; c < logits.size(); ++c) {
        logits[c] += product(&weights[c * features.size()], features.data(), features.size());
    }
    append_softmax(logits, predictions.probabilities);
}

FeaturedPredictions FeatureReader::read(std::span<const float> parameters, const sim::SampleBlock& samples) {
    const std::span<const float> of_engine = body_ ? parameters.first(body_->layout().size()) : parameters;
    engine_->load({&of_engine, 1});
    const std::size_t width = body_ ? body_->classes() : model_.classes();
    const std::size_t row = sim::padded_floats(width);
    sim::AlignedVector<float> outputs(std::min(batch_size_, samples.count()) * row);
    FeaturedPredictions predictions;
    std::vector<float> features(width);
    for (std::size_t first = 0; first < samples.count(); first += batch_size_) {
        const std::size_t count = std::min(batch_size_, samples.count() - first);
        engine_->forward(samples, first, count, {outputs.data(), count * row});
        for (std::size_t i = 0; i < count; ++i) {
            const std::span<const float> output{outputs.data() + i * row, width};
            if (!body_) {
                const float* const sample = samples.sample(first + i);
                predictions.features.insert(predictions.features.end(), sample, sample + samples.shape().size());
                append_softmax(output, predictions.probabilities);
                continue;
            }
            std::ranges::transform(output, features.begin(), [](float value) { return value > 0.0F ? value : 0.0F; });
            predictions.features.insert(predictions.features.end(), features.begin(), features.end());
            predict(parameters, features, predictions);
        }
    }
    return predictions;
}

}  // namespace mlaasim::tta
