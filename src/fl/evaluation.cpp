#include "fl/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fl/fused/kernels.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

/// Sum over classes of (probability - truth)^2; the worst loss where the outputs of a model have overflowed.
double brier_loss(std::span<const float> probabilities, std::int64_t truth) {
    double loss = 0.0;
    for (std::size_t c = 0; c < probabilities.size(); ++c) {
        const double missing =
            (static_cast<std::int64_t>(c) == truth ? 1.0 : 0.0) - static_cast<double>(probabilities[c]);
        loss += missing * missing;
    }
    constexpr double worst = 2.0;
    return std::isfinite(loss) ? loss : worst;
}

std::uint32_t arg_max(std::span<const float> row) {
    return static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

}  // namespace

ModelEvaluator::ModelEvaluator(const Model& model, std::int64_t batch_size, std::unique_ptr<InferenceEngine> engine)
    : model_{model}, batch_size_{static_cast<std::size_t>(batch_size)}, engine_{std::move(engine)} {
    sim::expects(batch_size > 0, "a batch holds samples");
}

void ModelEvaluator::load(std::span<const std::span<const float>> models) {
    engine_->load(models);
    models_ = models.size();
}

/// Calls batch(first sample, samples, logits by model and sample, which it may use up) for one batch after the other.
template <class Batch>
void ModelEvaluator::each_batch(const sim::SampleBlock& samples, Batch batch) {
    const std::size_t row = sim::padded_floats(model_.classes());
    for (std::size_t first = 0; first < samples.count(); first += batch_size_) {
        const std::size_t size = std::min(batch_size_, samples.count() - first);
        logits_.resize(std::max(logits_.size(), models_ * size * row));
        engine_->forward(samples, first, size, {logits_.data(), models_ * size * row});
        batch(first, size, fused::Rows{logits_.data(), row});
    }
}

std::vector<Confusion> ModelEvaluator::evaluate(const sim::SampleBlock& samples) {
    std::vector<Confusion> confusions(models_, Confusion{model_.classes()});
    each_batch(samples, [&](std::size_t first, std::size_t size, fused::ConstRows logits) {
        losses_.resize(size);
        predictions_.resize(size);
        const std::int64_t* const labels = samples.labels().data() + first;
        for (std::size_t m = 0; m < models_; ++m) {
            fused::classify({logits.values + m * size * logits.stride, logits.stride}, size, model_.classes(), labels,
                            losses_.data(), predictions_.data());
            for (std::size_t i = 0; i < size; ++i) {
                confusions[m].add(static_cast<std::uint32_t>(labels[i]), predictions_[i],
                                  static_cast<double>(losses_[i]));
            }
        }
    });
    return confusions;
}

std::vector<std::vector<double>> ModelEvaluator::brier_losses(const sim::SampleBlock& samples) {
    std::vector<std::vector<double>> losses(models_, std::vector<double>(samples.count()));
    const std::size_t classes = model_.classes();
    std::vector<float> probabilities;
    each_batch(samples, [&](std::size_t first, std::size_t size, fused::Rows logits) {
        probabilities.resize(size * classes);
        for (std::size_t m = 0; m < models_; ++m) {
            fused::softmax({logits.values + m * size * logits.stride, logits.stride}, size, classes,
                           probabilities.data());
            for (std::size_t i = 0; i < size; ++i) {
                losses[m][first + i] =
                    brier_loss(std::span{probabilities}.subspan(i * classes, classes), samples.labels()[first + i]);
            }
        }
    });
    return losses;
}

std::vector<double> ModelEvaluator::brier_losses(std::span<const float> probabilities,
                                                 const sim::SampleBlock& samples) const {
    const std::size_t classes = model_.classes();
    sim::expects(probabilities.size() == samples.count() * classes, "one row of probabilities per sample");
    std::vector<double> losses(samples.count());
    for (std::size_t i = 0; i < losses.size(); ++i) {
        losses[i] = brier_loss(probabilities.subspan(i * classes, classes), samples.labels()[i]);
    }
    return losses;
}

Confusion ModelEvaluator::evaluate(std::span<const float> parameters, const sim::SampleBlock& samples) {
    load({&parameters, 1});
    return std::move(evaluate(samples).front());
}

std::vector<std::vector<float>> ModelEvaluator::probabilities(const sim::SampleBlock& samples) {
    const std::size_t classes = model_.classes();
    std::vector<std::vector<float>> all(models_, std::vector<float>(samples.count() * classes));
    each_batch(samples, [&](std::size_t first, std::size_t size, fused::Rows logits) {
        for (std::size_t m = 0; m < models_; ++m) {
            fused::softmax({logits.values + m * size * logits.stride, logits.stride}, size, classes,
                           all[m].data() + first * classes);
        }
    });
    return all;
}

std::vector<float> ModelEvaluator::probabilities(std::span<const float> parameters, const sim::SampleBlock& samples) {
    load({&parameters, 1});
    return std::move(probabilities(samples).front());
}

Confusion ModelEvaluator::score(std::span<const float> probabilities, const sim::SampleBlock& samples) const {
    sim::expects(probabilities.size() == samples.count() * model_.classes(), "one row of probabilities per sample");
    Confusion confusion{model_.classes()};
    for (std::size_t i = 0; i < samples.count(); ++i) {
        const auto row = probabilities.subspan(i * model_.classes(), model_.classes());
        const auto truth = static_cast<std::uint32_t>(samples.labels()[i]);
        confusion.add(truth, arg_max(row), -std::log(std::max(1e-12, static_cast<double>(row[truth]))));
    }
    return confusion;
}

}  // namespace mlaasim::fl
