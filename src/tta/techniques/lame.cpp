#include <algorithm>
#include <cmath>

#include "fl/torch.hpp"
#include "sim/core/error.hpp"
#include "tta/softmax.hpp"
#include "tta/techniques/batches.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

constexpr double least_probability = 1e-10;
constexpr double converged = 1e-8;  ///< relative change of the energy

/// LAME (Boudiaf et al. 2022). The model stays as it is. With q_i its probabilities and N(i) the k nearest other
/// samples of the window by the cosine of their features, the predictions z minimise
///     sum_i KL(z_i | q_i) - sum_i sum_{j in N(i)} z_i . z_j
/// by steps z_i ~ q_i exp(sum_{j in N(i)} z_j) from z = q, until the energy settles. Of samples that are equally near
/// the first counts.
struct Lame final : Technique {
    std::int64_t neighbours = 5;
    std::int64_t steps = 100;
    std::int64_t window = 256;

    [[nodiscard]] Changes changes() const override { return Changes::predictions; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::votes}; }

    void adapt(const fl::Model& /*model*/, std::span<float> /*parameters*/, Memory& /*memory*/,
               const Stream& /*stream*/) const override {}

    [[nodiscard]] std::vector<float> adjusted(std::span<const float> features, std::span<const float> probabilities,
                                              std::size_t classes) const override {
        const std::size_t samples = probabilities.size() / classes;
        sim::expects(probabilities.size() == samples * classes && samples > 0 && features.size() % samples == 0,
                     "a row of features and one of probabilities per sample");
        const std::size_t width = features.size() / samples;
        std::vector<float> all;
        for (const Batch& part : batches_of(samples, static_cast<std::size_t>(window))) {
            const Neighbours near = nearest(features.subspan(part.first * width, part.count * width), part.count);
            const std::vector<double> z =
                settle(probabilities.subspan(part.first * classes, part.count * classes), near, part.count, classes);
            all.insert(all.end(), z.begin(), z.end());
        }
        return all;
    }

private:
    struct Neighbours {
        std::size_t each = 0;
        std::vector<std::uint32_t> of{};  ///< `each` of every sample
    };

    [[nodiscard]] Neighbours nearest(std::span<const float> features, std::size_t samples) const {
        const at::NoGradGuard no_gradients;
        const auto count = static_cast<std::int64_t>(samples);
        const at::Tensor rows =
            at::from_blob(const_cast<float*>(features.data()),  // only read
                          {count, static_cast<std::int64_t>(features.size() / samples)}, at::kFloat);
        const at::Tensor unit = rows / rows.norm(2, 1, /*keepdim=*/true).clamp_min(1e-12);
        const at::Tensor cosines = at::mm(unit, unit.t()).contiguous();
        Neighbours near{.each = std::min(static_cast<std::size_t>(neighbours), samples - 1)};
        std::vector<std::uint32_t> best(near.each);
        for (std::size_t i = 0; i < samples; ++i) {
            const float* const row = cosines.const_data_ptr<float>() + i * samples;
            std::size_t found = 0;
            for (std::size_t j = 0; j < samples; ++j) {
                if (j == i || (found == near.each && !(found > 0 && row[j] > row[best[found - 1]]))) {
                    continue;
                }
                // From the end to its place; those that are as near stay before it.
                std::size_t place = found < near.each ? found++ : found - 1;
                for (; place > 0 && row[j] > row[best[place - 1]]; --place) {
                    best[place] = best[place - 1];
                }
                best[place] = static_cast<std::uint32_t>(j);
            }
            near.of.insert(near.of.end(), best.begin(), best.end());
        }
        return near;
    }

    [[nodiscard]] std::vector<double> settle(std::span<const float> probabilities, const Neighbours& near,
                                             std::size_t samples, std::size_t classes) const {
        std::vector<double> logs(probabilities.size());
        std::ranges::transform(probabilities, logs.begin(),
                               [](float q) { return std::log(static_cast<double>(q) + least_probability); });
        std::vector<double> z(logs.size());
        for (std::size_t i = 0; i < samples; ++i) {
            static_cast<void>(softmax(std::span<const double>{logs}.subspan(i * classes, classes),
                                      std::span{z}.subspan(i * classes, classes)));
        }
        std::vector<double> next(z.size());
        std::vector<double> exponents(classes);
        double before = 0.0;
        for (std::int64_t step = 0; step < steps; ++step) {
            double energy = 0.0;
            for (std::size_t i = 0; i < samples; ++i) {
                const std::span<const double> own = std::span{logs}.subspan(i * classes, classes);
                std::ranges::copy(own, exponents.begin());
                for (std::size_t n = 0; n < near.each; ++n) {
                    const double* const its = &z[near.of[i * near.each + n] * classes];
                    for (std::size_t c = 0; c < classes; ++c) {
                        exponents[c] += its[c];
                    }
                }
                // sum of z (ln z - exponent) is minus the log of the normaliser.
                energy -= softmax(std::span<const double>{exponents}, std::span{next}.subspan(i * classes, classes));
            }
            z.swap(next);
            if (step > 0 && std::abs(energy - before) <= converged * std::abs(before)) {
                break;
            }
            before = energy;
        }
        return z;
    }
};

void declare(sim::OptionVisitor& visitor, Lame& options) {
    visitor.option("neighbours", options.neighbours,
                   {.doc = "Nearest samples that pull a sample's prediction", .range = sim::between(1, 1000)});
    visitor.option("steps", options.steps, {.doc = "Steps at most", .range = sim::between(1, 10000)});
    visitor.option("window", options.window,
                   {.doc = "Samples that are adjusted together; the last window takes what is left over",
                    .range = sim::between(2, 4096)});
}

}  // namespace

sim::Kind<Technique> lame_technique() {
    return sim::Kind<Technique>::of<Lame>(
        "lame", "predictions of samples that look alike are drawn together; no parameter changes");
}

}  // namespace mlaasim::tta
