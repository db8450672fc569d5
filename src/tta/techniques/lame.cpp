#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>

#include "fl/torch.hpp"
#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/batches.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

constexpr double least_probability = 1e-10;
constexpr double converged = 1e-8;  ///< relative change of the energy
constexpr double least_exponent = -700.0;

constexpr std::array<double, 14> inverse_factorials = [] {
    std::array<double, 14> all{};
    double factorial = 1.0;
    for (std::size_t k = 0; k < all.size(); ++k) {
        factorial *= k == 0 ? 1.0 : static_cast<double>(k);
        all[k] = 1.0 / factorial;
    }
    return all;
}();

/// e^x of numbers from -700 to 700, to the last bit but one: x = k ln 2 + r, and the series of e^r. Several times as
/// fast as the C library's, which takes one at a time, and with the same bits on every machine.
MLAASIM_CLONES void exponentiate(double* values, std::size_t count) {
    constexpr double whole = 0x1.8p52;  // what is added to it is rounded, and stands in its lowest bits
    constexpr double ln2_upper = 0x1.62e42fefa38p-1;
    constexpr double ln2_lower = 0x1.ef35793c7673p-45;
    constexpr double log2_of_e = 0x1.71547652b82fep0;
    for (std::size_t i = 0; i < count; ++i) {
        const double x = values[i];
        const double shifted = x * log2_of_e + whole;
        const double power = shifted - whole;
        const double rest = x - power * ln2_upper - power * ln2_lower;
        double sum = inverse_factorials.back();
        for (std::size_t k = inverse_factorials.size() - 1; k-- > 0;) {
            sum = sum * rest + inverse_factorials[k];
        }
        values[i] = sum * std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) << 52U) + (1023ULL << 52U));
    }
}

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
                // NOLINTNEXTLINE(readability-simplify-boolean-expr): a NaN is not nearer
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
        std::vector<double> prior(probabilities.size());
        std::ranges::transform(probabilities, prior.begin(),
                               [](float q) { return static_cast<double>(q) + least_probability; });
        std::vector<double> z = prior;
        for (std::size_t i = 0; i < samples; ++i) {
            static_cast<void>(normalise(std::span{z}.subspan(i * classes, classes)));
        }
        std::vector<double> next(z.size());
        std::vector<double> largest(samples);
        double before = 0.0;
        for (std::int64_t step = 0; step < steps; ++step) {
            for (std::size_t i = 0; i < samples; ++i) {
                const std::span<double> exponents = std::span{next}.subspan(i * classes, classes);
                std::ranges::fill(exponents, 0.0);
                for (std::size_t n = 0; n < near.each; ++n) {
                    const double* const its = &z[near.of[i * near.each + n] * classes];
                    for (std::size_t c = 0; c < classes; ++c) {
                        exponents[c] += its[c];
                    }
                }
                largest[i] = *std::ranges::max_element(exponents);
                for (double& exponent : exponents) {
                    exponent = std::max(exponent - largest[i], least_exponent);
                }
            }
            exponentiate(next.data(), next.size());
            double energy = 0.0;
            for (std::size_t i = 0; i < samples; ++i) {
                const std::span<double> own = std::span{next}.subspan(i * classes, classes);
                std::ranges::transform(own, std::span{prior}.subspan(i * classes, classes), own.begin(),
                                       std::multiplies{});
                // sum of z (ln z - exponent) is minus the log of the normaliser.
                energy -= largest[i] + std::log(normalise(own));
            }
            z.swap(next);
            if (step > 0 && std::abs(energy - before) <= converged * std::abs(before)) {
                break;
            }
            before = energy;
        }
        return z;
    }

    /// Divides a row by its sum, which it gives.
    static double normalise(std::span<double> row) {
        const double sum = std::accumulate(row.begin(), row.end(), 0.0);
        for (double& value : row) {
            value /= sum;
        }
        return sum;
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
