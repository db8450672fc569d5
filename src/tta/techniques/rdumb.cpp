#include <algorithm>
#include <cmath>

#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/gradient_steps.hpp"
#include "tta/techniques/statistics.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

/// RDumb (Press et al. 2023): the entropy minimisation of ETA (Niu et al. 2022) on reliable and non-redundant
/// samples, and a fresh start after so many steps.
///
/// Of a batch, normalised by its own statistics, a sample is used when its entropy H is below E0 = entropy ln C, and
/// the cosine of its probabilities with m, the moving mean of those that were used, is at most `similarity` in
/// magnitude. The loss is the mean of exp(E0 - H) H over them, the weight being a constant; Adam takes a step on gamma
/// and beta. Then m = .9 m + .1 mean of their probabilities; at first there is no m, and all with a low entropy are
/// used. A batch of which none is used makes no step. After `reset` steps gamma and beta are those that the
/// adaptation was given, and Adam and m start anew.
///
/// Steps, Adam and m are remembered; gamma and beta are not, because the model has been trained since.
struct RDumb final : Technique {
    double rate = 1e-3;
    double entropy = 0.4;
    double similarity = 0.4;
    std::int64_t batch = 64;
    std::int64_t reset = 1000;

    [[nodiscard]] Changes changes() const override { return Changes::affine; }
    [[nodiscard]] double passes() const override { return 7.0; }
    [[nodiscard]] bool remembers() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::batch_norm}; }
    /// For a variance.
    [[nodiscard]] std::int64_t fewest_samples() const override { return 2; }

    void adapt(const fl::Model& model, std::span<float> parameters, Memory& memory,
               const Stream& stream) const override {
        sim::expects(model.layout().has_batch_norm(), "entropy minimisation by batch norm needs batch norm");
        sim::expects(stream.samples.count() >= 2, "a variance needs two samples");
        const sim::AlignedVector<float> source{parameters.begin(), parameters.end()};
        Steps steps = steps_of(memory, model.classes());
        {
            Differentiable differentiable{model, parameters, Leaves::affine};
            for (const Batch& samples : batches_of(stream.samples.count(), static_cast<std::size_t>(batch))) {
                if (steps.adam.steps >= static_cast<double>(reset)) {
                    const at::NoGradGuard no_gradients;
                    std::ranges::copy(source, parameters.begin());
                    steps = {};
                }
                const at::Tensor logits = logits_by_batch(model, differentiable.tensors(), stream.samples, samples);
                if (const at::Tensor loss = loss_of(logits, &steps.mean); loss.defined()) {
                    loss.backward();
                    steps.adam.step(differentiable.leaves(), rate);
                }
            }
        }
        memory = memory_of(steps);
        move_statistics(model, parameters, fl::batch_of(model, stream.samples.sample(0), stream.samples.count()),
                        /*kept=*/0.0);
    }

    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        return gradient_at(model, parameters, Leaves::affine, [&](const fl::ParameterTensors& tensors) {
            const at::Tensor logits = logits_by_batch(model, tensors, stream.samples, {0, stream.samples.count()});
            if (const at::Tensor loss = loss_of(logits, nullptr); loss.defined()) {
                loss.backward();
            }
        });
    }

private:
    struct Steps {
        Adam adam{};
        std::vector<double> mean{};  ///< m; empty at first
    };

    /// Undefined when no sample is used. `mean` moves; without it all samples with a low entropy are used.
    [[nodiscard]] at::Tensor loss_of(const at::Tensor& logits, std::vector<double>* mean) const {
        const at::Tensor entropy_of = entropies(logits);
        const at::Tensor rows = at::softmax(logits.detach(), 1).to(at::kDouble).contiguous();
        const at::Tensor values = entropy_of.detach().to(at::kDouble).contiguous();
        const auto classes = static_cast<std::size_t>(rows.size(1));
        const double most = entropy * std::log(static_cast<double>(classes));
        std::vector<std::int64_t> parts;
        std::vector<double> weights;
        std::vector<double> sum(classes, 0.0);
        for (std::int64_t i = 0; i < rows.size(0); ++i) {
            const std::span<const double> row{rows.const_data_ptr<double>() + i * rows.size(1), classes};
            const double h = values.const_data_ptr<double>()[i];
            if (!(h < most) || (mean != nullptr && !mean->empty() && std::abs(cosine(row, *mean)) > similarity)) {
                continue;
            }
            parts.push_back(i);
            weights.push_back(std::exp(most - h));
            std::ranges::transform(sum, row, sum.begin(), std::plus<>{});
        }
        if (parts.empty()) {
            return {};
        }
        if (mean != nullptr) {
            const auto count = static_cast<double>(parts.size());
            const bool first = mean->empty();
            mean->resize(classes, 0.0);
            for (std::size_t c = 0; c < classes; ++c) {
                (*mean)[c] = first ? sum[c] / count : 0.9 * (*mean)[c] + 0.1 * sum[c] / count;
            }
        }
        const at::Tensor chosen = entropy_of.index_select(0, at::tensor(parts, at::kLong));
        return (chosen * at::tensor(weights, at::kDouble).to(at::kFloat)).mean();
    }

    static double cosine(std::span<const double> a, std::span<const double> b) {
        double ab = 0.0;
        double aa = 0.0;
        double bb = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / std::sqrt(aa * bb);
    }

    /// Steps of Adam, whether there is m, m, and the two moments.
    static Memory memory_of(const Steps& steps) {
        Memory memory{steps.adam.steps, steps.mean.empty() ? 0.0 : 1.0};
        memory.insert(memory.end(), steps.mean.begin(), steps.mean.end());
        memory.insert(memory.end(), steps.adam.first.begin(), steps.adam.first.end());
        memory.insert(memory.end(), steps.adam.second.begin(), steps.adam.second.end());
        return memory;
    }
    static Steps steps_of(const Memory& memory, std::size_t classes) {
        if (memory.empty()) {
            return {};
        }
        const bool has_mean = memory.size() >= 2 && memory[1] != 0.0;
        const std::size_t head = 2 + (has_mean ? classes : 0);
        sim::expects(memory.size() >= head && (memory.size() - head) % 2 == 0, "the memory is one that rdumb left");
        Steps steps;
        steps.adam.steps = memory[0];
        auto number = memory.begin() + 2;
        if (has_mean) {
            steps.mean.assign(number, number + static_cast<std::ptrdiff_t>(classes));
            number += static_cast<std::ptrdiff_t>(classes);
        }
        const auto half = (memory.end() - number) / 2;
        steps.adam.first.assign(number, number + half);
        steps.adam.second.assign(number + half, memory.end());
        return steps;
    }
};

void declare(sim::OptionVisitor& visitor, RDumb& options) {
    visitor.option("rate", options.rate, {.doc = "Learning rate of Adam", .range = sim::positive()});
    visitor.option(
        "batch", options.batch,
        {.doc = "Samples of one step; the last batch takes what is left over", .range = sim::between(2, 65536)});
    visitor.option("entropy", options.entropy,
                   {.doc = "Only samples whose entropy is below this share of ln(classes) are used",
                    .range = {.low = 0, .high = 1, .low_open = true}});
    visitor.option("similarity", options.similarity,
                   {.doc = "Samples whose prediction is closer (cosine) to the mean prediction have no part",
                    .range = sim::between(0, 1)});
    visitor.option("reset", options.reset,
                   {.doc = "Steps after which it starts anew", .range = sim::between(1, 1'000'000'000)});
}

}  // namespace

sim::Kind<Technique> rdumb_technique() {
    return sim::Kind<Technique>::of<RDumb>(
        "rdumb", "entropy minimisation on reliable and non-redundant samples, with a reset now and then");
}

}  // namespace mlaasim::tta
