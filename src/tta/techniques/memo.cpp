#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "tta/techniques/gradient_steps.hpp"
#include "tta/techniques/technique.hpp"
#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

/// Rows of views that pass through a model together: enough for a convolution, few enough for the cache.
constexpr std::size_t rows_at_once = 256;

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
        Differentiable differentiable{model, parameters, Leaves::trained};
        sim::RandomStream random = stream.random;
        for (const Batch& samples : batches_of(stream.samples.count(), static_cast<std::size_t>(batch))) {
            add_gradients(model, differentiable.tensors(), stream, samples, random);
            descend(differentiable.leaves(), rate);
        }
    }

    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        sim::RandomStream random = stream.random;
        return gradient_at(model, parameters, Leaves::trained, [&](const fl::ParameterTensors& tensors) {
            add_gradients(model, tensors, stream, {0, stream.samples.count()}, random);
        });
    }

private:
    void add_gradients(const fl::Model& model, const fl::ParameterTensors& tensors, const Stream& stream,
                       const Batch& batch_of_samples, sim::RandomStream& random) const {
        const auto count = static_cast<std::size_t>(views);
        const std::size_t at_once = std::max<std::size_t>(1, rows_at_once / count);
        const std::size_t size = stream.samples.shape().size();
        const std::size_t stride = stream.samples.stride();
        Views drawn{stream.samples.shape(), stream.mean, stream.deviation, mirror};
        sim::AlignedVector<float> rows(at_once * count * stride, 0.0F);
        for (std::size_t done = 0; done < batch_of_samples.count; done += at_once) {
            const std::size_t samples = std::min(at_once, batch_of_samples.count - done);
            for (std::size_t row = 0; row < samples * count; ++row) {
                const float* const sample = stream.samples.sample(batch_of_samples.first + done + row / count);
                drawn.draw({sample, size}, {rows.data() + row * stride, size}, random);
            }
            const at::Tensor logits = fl::forward(model, tensors, fl::batch_of(model, rows.data(), samples * count),
                                                  fl::BatchNormMode::evaluation);
            const at::Tensor log_rows = at::log_softmax(logits, 1).view(
                {static_cast<std::int64_t>(samples), static_cast<std::int64_t>(count), logits.size(1)});
            const at::Tensor log_mean = at::logsumexp(log_rows, 1) - std::log(static_cast<double>(count));
            (-(log_mean.exp() * log_mean).sum() / static_cast<double>(batch_of_samples.count)).backward();
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
