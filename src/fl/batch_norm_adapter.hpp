// Batch norm that moves to samples whose labels nobody knows: its statistics, and gradients by gamma and beta of a loss
// that its caller takes of the predictions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "fl/model.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::fl {

/// Whether it is gamma or beta of batch norm.
[[nodiscard]] inline bool is_affine(const sim::ParameterBlock& block) {
    return block.kind == sim::ParameterKind::bn_gamma || block.kind == sim::ParameterKind::bn_beta;
}

/// Adam (Kingma and Ba 2015) with its usual constants, on gamma and beta of batch norm alone.
struct AffineAdam {
    double steps = 0.0;
    std::vector<double> first{};  ///< moments of gamma and beta of each layer from the front; empty = 0
    std::vector<double> second{};

    /// `gradient` is as long as the parameters. Precondition: the moments are empty, or as many as the model has gammas
    /// and betas.
    void step(const Model& model, std::span<float> parameters, std::span<const float> gradient, double rate);
};

/// Logits of samples [first, first + count): rows that are `stride` floats apart, 64-byte aligned, padded by zeros.
struct LogitsPart {
    float* logits = nullptr;
    std::size_t stride = 0;
    std::size_t first = 0;
    std::size_t count = 0;
};
/// Turns logits into the gradient of a loss with respect to them, in place; or says false: there is none.
using LogitsLoss = std::function<bool(const LogitsPart& part)>;
/// The mean entropy of the predictions of so many samples.
[[nodiscard]] LogitsLoss mean_entropy(std::size_t samples, std::size_t classes);

/// Mean and variance (the biased one) of what each layer of batch norm sees, by layer from the front and channel.
struct BatchNormMoments {
    std::vector<double> means{};
    std::vector<double> variances{};
};

/// Clean samples with the mix of classes that the model has learnt from (`usual`), and with that of the samples it is
/// adapted to (`mixed`), both as BatchNormAdapter::moments() finds them. The correction of the samples' moments (s) is,
/// channel by channel,
///     mean = mean_s + (mean_u - mean_m) dev_s / dev_m,   variance = var_s var_u / var_m,
/// those of the usual mix if the samples differ from the clean ones by a factor and an offset in each channel.
struct ClassMixCorrection {
    BatchNormMoments usual{};
    BatchNormMoments mixed{};

    /// `channel`: counted over all layers. Changes `mean` and `variance` in place.
    void correct(std::size_t channel, double& mean, double& variance) const;
};

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
    const ClassMixCorrection* correction = nullptr;  ///< of the samples' statistics, before they are taken; may be none

    /// Steps of Adam on the mean entropy of the predictions; only gamma and beta move.
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
    using Spread = BatchNormAdaptation::Spread;
    using Normaliser = BatchNormAdaptation::Normaliser;

    /// The model outlives it.
    explicit BatchNormAdapter(const Model& model) : model_{model} {}
    virtual ~BatchNormAdapter() = default;
    BatchNormAdapter(const BatchNormAdapter&) = delete;
    BatchNormAdapter& operator=(const BatchNormAdapter&) = delete;

    /// The calls that follow are about these parameters and samples, which both stay where they are. Of the parameters
    /// only those of batch norm may change in between. `samples`: `count` rows as a SampleBlock has them. Both are
    /// 64-byte aligned. Preconditions: the model has batch norm, and there is a sample.
    void begin(std::span<float> parameters, const float* samples, std::size_t count);
    /// Moves the statistics to those of the samples: see BatchNormAdaptation.
    void move_statistics(double share, Spread spread) { move_corrected_statistics(share, spread, nullptr); }
    virtual void move_corrected_statistics(double share, Spread spread, const ClassMixCorrection* correction) = 0;
    /// Of the samples, where the model's own statistics normalise.
    [[nodiscard]] virtual BatchNormMoments moments() = 0;
    /// The gradient of a loss by gamma and beta, as long as the parameters; 0 elsewhere. The loss is called for one
    /// part of the samples after the other; where their statistics normalise, once for all. Where it always says
    /// false, the gradient may be empty.
    void gradient(Normaliser normaliser, const LogitsLoss& loss, std::span<float> gradient);

    /// Adapts `parameters` in place to the first `count` samples of a block; their labels are not looked at.
    /// Preconditions as those of begin; the block holds as many samples. What comes of it may not be finite.
    void adapt(std::span<float> parameters, const sim::SampleBlock& samples, std::size_t count,
               const BatchNormAdaptation& adaptation);

protected:
    [[nodiscard]] const Model& model() const { return model_; }
    [[nodiscard]] std::span<float> parameters() const { return parameters_; }
    [[nodiscard]] const float* samples() const { return samples_; }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    /// What `begin` has given is there.
    virtual void prepare() = 0;
    /// Adds to a gradient that is 0.
    virtual void add_gradient(Normaliser normaliser, const LogitsLoss& loss, std::span<float> gradient) = 0;

    const Model& model_;
    std::span<float> parameters_;
    const float* samples_ = nullptr;
    std::size_t count_ = 0;
};

/// The reference: LibTorch's operations and autograd.
[[nodiscard]] std::unique_ptr<BatchNormAdapter> make_torch_batch_norm_adapter(const Model& model);

}  // namespace mlaasim::fl
