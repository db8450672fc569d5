#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "fl/forward.hpp"
#include "fl/fused/trainer.hpp"
#include "tta/softmax.hpp"
#include "tta/techniques/batches.hpp"
#include "tta/techniques/technique.hpp"
#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

/// Rows of views that pass through a model together: few enough for the cache.
constexpr std::size_t rows_at_once = 64;

/// MEMO (Zhang et al. 2022). Of each sample K views are drawn; with p the mean of their K predictions, the loss is the
/// mean over the samples of the entropy of p. SGD takes one step a batch, on every trained parameter. The stream passes
/// once. Batch norm keeps its running statistics, also in the gradient. The paper starts anew for each sample; a
/// service is adapted to the stream, so here steps add up.
struct Memo final : Technique {
    std::int64_t views = 32;
    std::int64_t batch = 16;
    double rate = 0.005;
    bool mirror = false;

    [[nodiscard]] Changes changes() const override { return Changes::parameters; }
    [[nodiscard]] double passes() const override { return 6.0 * static_cast<double>(views); }

    void adapt(const fl::Model& model, std::span<float> parameters, Memory& /*memory*/,
               const Stream& stream) const override {
        sim::RandomStream random = stream.random;
        const std::unique_ptr<fl::LogitsTrainer> fused = trainer(model, stream);
        for (const Batch& samples : batches_of(stream.samples.count(), static_cast<std::size_t>(batch))) {
            const std::vector<float> gradient = gradient_of(model, parameters, stream, samples, random, fused.get());
            for (std::size_t i = 0; i < parameters.size(); ++i) {
                parameters[i] -= static_cast<float>(rate * static_cast<double>(gradient[i]));
            }
        }
    }

    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        sim::RandomStream random = stream.random;
        return gradient_of(model, parameters, stream, {0, stream.samples.count()}, random,
                           trainer(model, stream).get());
    }

private:
    /// Its steps have a length of 1, so that a step is the gradient. Nothing where the fused engine may not be used.
    static std::unique_ptr<fl::LogitsTrainer> trainer(const fl::Model& model, const Stream& stream) {
        return stream.fused ? fl::fused::make_logits_trainer(model, 1.0) : nullptr;
    }

    [[nodiscard]] std::vector<float> gradient_of(const fl::Model& model, std::span<const float> parameters,
                                                 const Stream& stream, const Batch& samples, sim::RandomStream& random,
                                                 fl::LogitsTrainer* fused) const {
        const auto each = static_cast<std::size_t>(views);
        const double share = 1.0 / static_cast<double>(samples.count);
        std::vector<float> gradient(parameters.size(), 0.0F);
        sim::AlignedVector<float> start{parameters.begin(), parameters.end()};
        if (fused == nullptr) {
            fl::ParameterTensors tensors{model, start, /*gradients=*/true};
            each_part(stream, samples, random, [&](const float* rows, std::size_t count) {
                const at::Tensor logits =
                    fl::forward(model, tensors, fl::batch_of(model, rows, count), fl::BatchNormMode::evaluation);
                const at::Tensor log_rows =
                    at::log_softmax(logits, 1).view({-1, static_cast<std::int64_t>(each), logits.size(1)});
                const at::Tensor log_mean = at::logsumexp(log_rows, 1) - std::log(static_cast<double>(each));
                (-(log_mean.exp() * log_mean).sum() * share).backward();
            });
            for (const at::Tensor& leaf : tensors.leaves()) {
                const at::Tensor values = leaf.grad().contiguous();
                std::copy_n(values.const_data_ptr<float>(), values.numel(),
                            gradient.begin() + (leaf.const_data_ptr<float>() - start.data()));
            }
            return gradient;
        }
        each_part(stream, samples, random, [&](const float* rows, std::size_t count) {
            fused->begin(start);
            fused->step(rows, stream.samples.stride(), count, [&](float* logits, std::size_t stride, std::size_t all) {
                for (std::size_t row = 0; row < all; row += each) {
                    marginal_entropy_gradient(logits + row * stride, stride, each, model.classes(), share);
                }
            });
            const std::span<const float> stepped = fused->parameters();
            for (std::size_t i = 0; i < gradient.size(); ++i) {
                gradient[i] += start[i] - stepped[i];
            }
        });
        return gradient;
    }

    /// Draws the views of a batch, and calls take(rows, count) for some samples' at once.
    template <class Take>
    void each_part(const Stream& stream, const Batch& samples, sim::RandomStream& random, Take take) const {
        const auto each = static_cast<std::size_t>(views);
        const std::size_t at_once = std::max<std::size_t>(1, rows_at_once / each);
        const std::size_t size = stream.samples.shape().size();
        const std::size_t stride = stream.samples.stride();
        Views drawn{stream.samples.shape(), stream.mean, stream.deviation, mirror};
        sim::AlignedVector<float> rows(std::min(at_once, samples.count) * each * stride, 0.0F);
        for (std::size_t done = 0; done < samples.count; done += at_once) {
            const std::size_t count = std::min(at_once, samples.count - done) * each;
            for (std::size_t row = 0; row < count; ++row) {
                if (row % each == 0) {
                    drawn.take({stream.samples.sample(samples.first + done + row / each), size});
                }
                drawn.draw({rows.data() + row * stride, size}, random);
            }
            take(rows.data(), count);
        }
    }

    /// Of one sample: from the logits l of its views to share times the gradient of the entropy of their mean q. With
    /// p = softmax(l) of a view, it is -p (ln q - sum of p ln q) / views.
    static void marginal_entropy_gradient(float* logits, std::size_t stride, std::size_t each, std::size_t classes,
                                          double share) {
        std::vector<double> mean(classes, 0.0);
        std::vector<double> all(each * classes);
        const auto view = [&](std::size_t k) { return std::span{all}.subspan(k * classes, classes); };
        for (std::size_t k = 0; k < each; ++k) {
            static_cast<void>(softmax(std::span<const float>{logits + k * stride, classes}, view(k)));
            std::ranges::transform(mean, view(k), mean.begin(),
                                   [&](double sum, double p) { return sum + p / static_cast<double>(each); });
        }
        for (double& q : mean) {
            q = std::log(std::max(q, std::numeric_limits<double>::min()));
        }
        for (std::size_t k = 0; k < each; ++k) {
            const std::span<const double> p = view(k);
            const double expected = std::inner_product(p.begin(), p.end(), mean.begin(), 0.0);
            for (std::size_t c = 0; c < classes; ++c) {
                logits[k * stride + c] =
                    static_cast<float>(-share / static_cast<double>(each) * p[c] * (mean[c] - expected));
            }
        }
    }
};

void declare(sim::OptionVisitor& visitor, Memo& options) {
    visitor.option("views", options.views, {.doc = "Views of each sample", .range = sim::between(2, 1024)});
    visitor.option(
        "batch", options.batch,
        {.doc = "Samples of one step; the last batch takes what is left over", .range = sim::between(1, 65536)});
    visitor.option("rate", options.rate, {.doc = "Learning rate of SGD", .range = sim::positive()});
    visitor.option("mirror", options.mirror,
                   {.doc = "Views of images may be mirrored, as the paper's are; a mirrored digit is another one"});
}

}  // namespace

sim::Kind<Technique> memo_technique() {
    return sim::Kind<Technique>::of<Memo>("memo",
                                          "all parameters follow the entropy of the mean prediction over views");
}

}  // namespace mlaasim::tta
