#include <algorithm>
#include <cmath>

#include "fl/fused/kernels.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"
#include "tta/softmax.hpp"
#include "tta/techniques/batches.hpp"
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
        sim::expects(stream.samples.count() >= 2, "a variance needs two samples");
        const sim::AlignedVector<float> source{parameters.begin(), parameters.end()};
        Steps steps = steps_of(memory, model.classes());
        std::vector<float> gradient(parameters.size());
        for (const Batch& samples : batches_of(stream.samples.count(), static_cast<std::size_t>(batch))) {
            if (steps.adam.steps >= static_cast<double>(reset)) {
                std::ranges::copy(source, parameters.begin());
                steps = {};
            }
            stream.adapter->begin(parameters, stream.samples.sample(samples.first), samples.count);
            bool is_used = false;
            stream.adapter->gradient(
                fl::BatchNormAdapter::Normaliser::samples,
                [&](const fl::LogitsPart& part) { return is_used = lower(part, model.classes(), &steps.mean); },
                gradient);
            if (is_used) {
                steps.adam.step(model, parameters, gradient, rate);
            }
        }
        memory = memory_of(steps);
        stream.adapter->adapt(parameters, stream.samples, stream.samples.count(), {.share = 1.0});
    }

    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        sim::AlignedVector<float> at{parameters.begin(), parameters.end()};
        std::vector<float> gradient(parameters.size());
        stream.adapter->begin(at, stream.samples.sample(0), stream.samples.count());
        stream.adapter->gradient(
            fl::BatchNormAdapter::Normaliser::samples,
            [&](const fl::LogitsPart& part) { return lower(part, model.classes(), nullptr); }, gradient);
        return gradient;
    }

private:
    struct Steps {
        fl::AffineAdam adam{};
        std::vector<double> mean{};  ///< m; empty at first
    };

    /// The loss of a batch from its logits; false when no sample is used. `mean` moves; without it all samples with a
    /// low entropy are used.
    bool lower(const fl::LogitsPart& part, std::size_t classes, std::vector<double>* mean) const {
        const double most = entropy * std::log(static_cast<double>(classes));
        std::vector<double> weights(part.count, 0.0);
        std::vector<double> sum(classes, 0.0);
        std::vector<double> row(classes);
        double used = 0.0;
        for (std::size_t i = 0; i < part.count; ++i) {
            const std::span<const float> logits{part.logits + i * part.stride, classes};
            static_cast<void>(softmax(logits, std::span{row}));
            const double h = entropy_of(row);
            if (h < most && (mean == nullptr || mean->empty() || std::abs(cosine(row, *mean)) <= similarity)) {
                used += 1.0;
                weights[i] = std::exp(most - h);
                std::ranges::transform(sum, row, sum.begin(), std::plus<>{});
            }
        }
        if (used == 0.0) {
            return false;
        }
        if (mean != nullptr) {
            const bool first = mean->empty();
            mean->resize(classes, 0.0);
            for (std::size_t c = 0; c < classes; ++c) {
                (*mean)[c] = first ? sum[c] / used : 0.9 * (*mean)[c] + 0.1 * sum[c] / used;
            }
        }
        for (std::size_t i = 0; i < part.count; ++i) {
            float* const row_of = part.logits + i * part.stride;
            if (weights[i] > 0.0) {
                fl::fused::entropy_gradient({row_of, part.stride}, 1, classes, static_cast<float>(weights[i] / used));
            } else {
                std::fill_n(row_of, classes, 0.0F);
            }
        }
        return true;
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
